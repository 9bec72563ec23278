import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { CountAnswer, TruncateAnswer } from "@/domain/tokens/count-request";
import { LedgerPage } from "@/domain/tokens/usage-history";
import { checkLook } from "./fixtures/check-look";
import { expect, test } from "./fixtures/story";

const run = promisify(execFile);
test.use({ role: "operator", permissions: ["clipboard-read", "clipboard-write"] });

const SMALL = "nemotron-mini-4b-instruct";
const sent = (page: Page) => page.getByTestId("tokens-sent");
const verdict = (page: Page) => page.getByRole("region", { name: "Verdict" });
const rowOf = (page: Page, name: string) =>
  page
    .getByRole("list", { name: "Sections of the prompt" })
    .getByRole("button", { name: new RegExp(`^(required|\\d+)\\s*${name}\\b`) });

async function openExample(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/tokens/playground?profile=${SMALL}`);
  await page.getByRole("button", { name: "Try the example" }).click();
  await expect(rowOf(page, "system")).toBeVisible();
  await expect(verdict(page)).toContainText("Does not fit");
}

/** The server's own count of a text. */
async function countOf(page: Page, text: string): Promise<CountAnswer> {
  const origin = new URL(page.url()).origin;
  const response = await page.request.post(`${origin}/api/tokens/count`, {
    data: { text, model: SMALL },
    headers: { origin },
  });
  return CountAnswer.parse(await response.json());
}

test("a pasted prompt is counted as it stands, and the page and the server count the same", async ({
  page,
  portal,
}) => {
  await page.goto(`${portal.url}/tokens/playground?profile=${SMALL}`);
  const field = page.getByRole("textbox", { name: "Text of prompt" });
  const texts = [
    "Hello world",
    "Größe 日本語 👩‍👩‍👧 <|endoftext|> \t\n\n  tabs and “quotes” ẞ↔32",
    `${"a".repeat(20_000)} ${"word ".repeat(5_000)}`,
  ];
  for (const text of texts) {
    await field.fill(text);
    const { tokens } = await countOf(page, text);
    await expect(sent(page)).toHaveAttribute("data-value", String(tokens));
  }
});

test("tokens are coloured in turn, and each is told about by pointer and by key", async ({
  page,
  portal,
}) => {
  await openExample(page, portal.url);
  await rowOf(page, "cross_camera_summary").click();
  const tokens = page.getByRole("group", { name: /^Tokens of cross_camera_summary/ });
  const parcel = tokens.getByText(" parcel", { exact: true }).first();
  await parcel.hover();
  const facts = page.getByRole("status").filter({ hasText: "with its leading space" });
  await expect(facts).toContainText("id 30409");
  await expect(facts).toContainText("7 bytes");
  const colours = await tokens
    .locator("[data-token]")
    .evaluateAll((all) => all.slice(0, 5).map((one) => getComputedStyle(one).backgroundColor));
  expect(new Set(colours).size).toBe(5);
  await expect(page.getByText("3 characters span several tokens")).toBeVisible();
  await page.mouse.move(0, 0);
  await tokens.focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByText("token 2", { exact: true })).toBeVisible();
});

test("truncation shows what goes; restored sections stay, and the copied call does the same at the portal", async ({
  page,
  portal,
}) => {
  await openExample(page, portal.url);
  const removed = page.getByRole("group", { name: "Removed sections" }).getByRole("row");
  await expect(removed.nth(1)).toContainText("depth_context");
  await expect(page.getByRole("group", { name: "Difference" })).toContainText(
    "+ [Reid Context: removed]",
  );
  await expect(rowOf(page, "reid_context")).toHaveAccessibleName(/removed by truncation/);
  await verdict(page)
    .getByRole("button", { name: /^Restore/ })
    .click();
  await expect(rowOf(page, "reid_context")).toHaveAccessibleName(/^required/);
  await expect(rowOf(page, "reid_context")).not.toHaveAccessibleName(/removed/);
  await expect(verdict(page)).toContainText("With truncation it fits");

  const { finalTokens, text } = await callOfPage(page, await portal.accounts.key("ingest"));
  await expect(page.getByTestId("tokens-after")).toHaveAttribute("data-value", String(finalTokens));
  await page.getByRole("radio", { name: "Result" }).check();
  await expect(page.getByRole("group", { name: "Prompt after truncation" })).toContainText(
    text.trim().split("\n").at(-1) ?? "",
  );
  await page.getByRole("radio", { name: "Diff" }).check();
  await checkLook(page, "playground");
});

/** Copies the call and really runs it. */
async function callOfPage(page: Page, key: string): Promise<TruncateAnswer> {
  await page.getByRole("button", { name: "Copy as API call" }).click();
  await expect(page.getByText("API call copied")).toBeVisible();
  const call = await page.evaluate(() => navigator.clipboard.readText());
  const { stdout } = await run("/bin/sh", ["-c", call], {
    env: { ...process.env, KEY: key, NO_PROXY: "*" },
    timeout: 30_000,
  });
  return TruncateAnswer.parse(JSON.parse(stdout));
}

test("sections change places by pointer and by keyboard, and the prompt with them", async ({
  page,
  portal,
}) => {
  await openExample(page, portal.url);
  const first = page.getByRole("list", { name: "Sections of the prompt" }).getByRole("listitem");
  await rowOf(page, "weather_context").dragTo(rowOf(page, "system"));
  await expect(first.first()).toContainText("weather_context");
  await rowOf(page, "weather_context").press("Alt+ArrowDown");
  await expect(first.first()).toContainText("system");
  await page.reload();
  await expect(first.nth(1)).toContainText("weather_context");
});

test("Validate is the server's word, and what it recorded is in the ledger", async ({
  page,
  portal,
}) => {
  await openExample(page, portal.url);
  await page.keyboard.press("Control+Enter");
  const answer = page.getByRole("status", { name: "Answer of the server" });
  await expect(answer).toContainText("it does not fit. Recorded in the ledger.");
  const tokens = (await sent(page).textContent()) ?? "";
  await expect(answer).toContainText(`${tokens} tokens`);
  const requestId = await answer.getByTestId("request-id").innerText();
  const range = `fromMs=${Date.now() - 3_600_000}&toMs=${Date.now() + 3_600_000}`;
  const ledger = await portal.accounts.readAsAdmin(`tokens/ledger?${range}&requestId=${requestId}`);
  expect(LedgerPage.parse(ledger).entries).toMatchObject([
    { requestId, outcome: "over", tokens: Number(tokens.replace(",", "")) },
  ]);
});

test("the last failed prompt comes back where its text was kept", async ({
  page,
  startOwnPortal,
  ownStandIn,
}) => {
  const own = await startOwnPortal({ ...ownStandIn.settings, PROMPT_SAMPLES: "true" });
  await openExample(page, own.url);
  await page.getByRole("button", { name: "Validate" }).click();
  await expect(page.getByRole("status", { name: "Answer of the server" })).toContainText(
    "Recorded in the ledger.",
  );
  const tokens = (await sent(page).getAttribute("data-value")) ?? "";
  await page.evaluate(() => {
    window.addEventListener("pagehide", () => {
      window.sessionStorage.clear();
    });
  });
  await page.reload();
  await expect(page.getByRole("heading", { name: "Nothing to count yet" })).toBeVisible();
  await page.getByRole("button", { name: "Load last failed prompt" }).click();
  await expect(rowOf(page, "re_identification")).toBeVisible();
  await expect(sent(page)).toHaveAttribute("data-value", tokens);
});

test("a megabyte is counted while the page can still be typed into", async ({ page, portal }) => {
  await page.goto(`${portal.url}/tokens/playground`);
  const field = page.getByRole("textbox", { name: "Text of prompt" });
  const text = "track 31  person, 0.94  driveway_east → porch_north\n".repeat(20_000);
  await page.evaluate((long) => navigator.clipboard.writeText(long), text);
  await field.focus();
  await page.keyboard.press("Control+V");
  await expect(field).toHaveValue(text);
  await page.keyboard.type("abc");
  await expect(field).toHaveValue(/abc/);
  await expect(verdict(page)).toContainText("Does not fit");
  await page.getByRole("radio", { name: "Tokens" }).check();
  await expect(page.getByText(/first 100,000 shown/)).toBeVisible();
  // Of all these rows only those in sight exist.
  expect(await page.locator("[data-token]").count()).toBeLessThan(5_000);
});

test("nothing to count yet: the example is one press away, and the page is whole in every look", async ({
  page,
  portal,
}) => {
  await page.goto(`${portal.url}/tokens/playground`);
  await expect(page.getByRole("heading", { name: "Nothing to count yet" })).toBeVisible();
  await expect(page.getByRole("button", { name: /^Load last failed prompt\. / })).toBeDisabled();
  await checkLook(page, "playground-empty");
});

test("without the vocabulary the server counts, and the page says so", async ({
  page,
  portal,
  complaints,
}) => {
  complaints.allow(/503 \(Service Unavailable\)/);
  await page.route("**/api/tokens/ranks*", (route) => route.fulfill({ status: 503 }));
  await page.goto(`${portal.url}/tokens/playground`);
  await page.getByRole("textbox", { name: "Text of prompt" }).fill("Hello world");
  await expect(page.getByText("The worker of this browser does not run")).toBeVisible();
  await expect(sent(page)).toHaveAttribute("data-value", "2");
});
