import path from "node:path";
import { build } from "esbuild";
import { checkLook } from "./fixtures/check-look";
import { expect, test } from "./fixtures/story";

const states = [
  "loading",
  "empty",
  "error",
  "stale",
  "not-configured",
  "simulated",
  "no-result",
  "quarantined",
];

/** The gallery as one script, as the pages would carry its parts. */
async function bundleGallery(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path.resolve(import.meta.dirname, "gallery/shared-states.tsx")],
    bundle: true,
    write: false,
    format: "iife",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

test("each shared state can be read in both themes and on a phone", async ({ page, portal }) => {
  // With the styles of the built product, on its origin.
  const built = await (await fetch(portal.url)).text();
  const styles = [...built.matchAll(/<link rel="stylesheet"[^>]*>/g)].map(([link]) => link);
  expect(styles.length).toBeGreaterThan(0);
  const address = `${portal.url}/gallery-of-states`;
  await page.route(address, (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<!doctype html><html lang="en"><title>States</title>${styles.join("")}<body><div id="gallery"></div></body></html>`,
    }),
  );
  await page.goto(address);
  await page.addScriptTag({ content: await bundleGallery() });
  for (const state of states)
    await expect(page.locator(`[data-state="${state}"]`), state).not.toBeEmpty();
  await expect(page.getByText("The database reads 24 h of 8 GPUs")).toBeVisible(); // after 2 s
  await checkLook(page, "shared-states");
});
