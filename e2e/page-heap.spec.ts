import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures/story";

test.use({ role: "admin" });

/** Every string that the page's scripts hold, as Chromium's heap snapshot writes them. */
async function readHeap(page: Page): Promise<string> {
  const inspector = await page.context().newCDPSession(page);
  const parts: string[] = [];
  inspector.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => parts.push(chunk));
  await inspector.send("HeapProfiler.takeHeapSnapshot");
  await inspector.detach();
  return parts.join("");
}

test("S1: what a page holds in memory is neither the session nor a key", async ({
  page,
  portal,
}) => {
  const key = await portal.accounts.key("read");
  for (const path of ["/", "/account", "/admin?tab=keys", "/admin?tab=settings"]) {
    await page.goto(portal.url + path);
    await expect(page.getByRole("button", { name: /^Account: / })).toBeVisible();
    await page.evaluate(() => Object.assign(globalThis, { planted: "found-by-this-search" }));
    const heap = await readHeap(page);
    expect(heap.includes("found-by-this-search"), "the search finds what is there").toBe(true);
    const cookies = await page.context().cookies();
    const token = cookies.find(({ name }) => name === "sightline")?.value ?? "no cookie";
    expect(token).toMatch(/^[\dA-Za-z]{43}$/);
    expect(heap.includes(token), `the session's token on ${path}`).toBe(false);
    expect(heap.includes(key), `a key on ${path}`).toBe(false);
  }
});
