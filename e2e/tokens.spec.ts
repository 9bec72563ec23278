import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { checkLook } from "./fixtures/check-look";
import {
  addSmallModel,
  reportUsage,
  truncatePrompt,
  validatePrompt,
  wordsOf,
} from "./fixtures/send-prompts";
import type { Portal } from "./fixtures/start-portal";
import { expect, test } from "./fixtures/story";

const WINDOW_TOKENS = 1_200;
const AGREED = 12;
const sections = (tokens: number) => [
  { name: "depth", text: wordsOf(600), priority: 0 },
  { name: "system", text: wordsOf(tokens - 600), priority: 9, required: true },
];

/** A prompt that was too long for `small`, and of which its server counted no more than its window. */
async function sendCut(portal: Portal, requestId: string): Promise<void> {
  const about = { service: "api", model: "small", requestId };
  await validatePrompt(portal, { ...about, sections: sections(1_500) });
  await reportUsage(portal, { ...about, promptTokens: WINDOW_TOKENS });
}

/** Prompts that fit, one that was over, one that was cut, one of which a section was removed. */
async function sendPrompts(portal: Portal): Promise<void> {
  await addSmallModel(portal, { name: "small", truncationEnabled: false });
  await addSmallModel(portal, { name: "cutting", truncationEnabled: true });
  for (let place = 0; place < AGREED; place++) {
    const about = { service: "api", model: "small", requestId: `fits-${place}` };
    const { promptTokens } = await validatePrompt(portal, { ...about, text: wordsOf(700) });
    await reportUsage(portal, { ...about, promptTokens });
  }
  const over = { service: "api", model: "small", requestId: "over-1" };
  await validatePrompt(portal, { ...over, sections: sections(1_500) });
  await sendCut(portal, "cut-1");
  for (let place = 0; place < 3; place++)
    await validatePrompt(portal, {
      service: "batch",
      model: "cutting",
      requestId: `short-${place}`,
      text: wordsOf(100),
    });
  const longer = { service: "batch", model: "cutting", requestId: "truncated-1" };
  await truncatePrompt(portal, { ...longer, sections: sections(1_500) });
}

const verdictOf = (page: Page) => page.getByRole("region", { name: "Verdict", exact: true });
const tableOf = (page: Page) => page.getByRole("region", { name: "Table of Models and services" });

test("a person sees whether prompts fit, which do not, what would help, and a cut as it happens", async ({
  page,
  startOwnPortal,
  ownStandIn,
}) => {
  const portal = await startOwnPortal(ownStandIn.settings);
  await page.goto(portal.url);
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tokens");
  await expect(page.getByText("No service has validated a prompt in this range")).toBeVisible();
  await expect(page.getByText(`curl -X POST ${portal.url}/api/tokens/validate`)).toBeVisible();
  await checkLook(page, "tokens-empty");

  await sendPrompts(portal);
  await page.goto(`${portal.url}/tokens`);
  await expect(verdictOf(page)).toContainText(
    "api fills 81 % of small’s budget on average. 3 of 18 prompts were over; the server cut 1 without an error. 1 prompt had sections removed first.",
  );
  const row = tableOf(page).getByRole("row", { name: "small" });
  await expect(row).toContainText("tiktoken cl100k_base");
  await expect(row).toContainText("81 %");
  await expect(row).toContainText("off");
  await expect(tableOf(page).getByRole("row", { name: "cutting" })).toContainText("1 truncated");
  await expect(page.getByRole("region", { name: "Context used" })).toContainText(
    "small, 14 prompts, % of 1,000",
  );
  await expect(page.getByRole("region", { name: "If api were truncated" })).toContainText(
    /2 of 2 would fit; 1,500 becomes 90\d/,
  );
  const cuts = page.getByRole("region", { name: "Cut by the server" });
  await expect(cuts.getByRole("row", { name: "cut-1" })).toContainText("1,5001,200300");
  await expect(page.getByRole("region", { name: "Sections removed" })).toContainText(
    /depth 1, saved (599|60\d)/,
  );
  await expect(page.getByRole("region", { name: "Table of top services" })).toContainText("api");
  // Drawn when it came: uPlot is loaded behind the page.
  await expect(page.getByRole("img", { name: /^Prompt size of small/ })).toBeVisible();
  await checkLook(page, "tokens");

  // The page is open while the next one is cut.
  await sendCut(portal, "cut-2");
  await expect(cuts.getByRole("link", { name: "All 2" })).toBeVisible();
  await expect(verdictOf(page)).toContainText("the server cut 2 without an error");

  await page.getByRole("combobox", { name: "Service" }).selectOption("batch");
  await expect(page).toHaveURL(/service=batch/);
  await expect(tableOf(page).getByRole("row")).toHaveCount(2);
  await page.keyboard.press("t");
  await expect(
    page.getByRole("region", { name: "Prompts by the share of the context used" }),
  ).toContainText("135 and more");
  await checkLook(page, "tokens-table");

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV of models and services" }).click();
  const lines = readFileSync(await (await download).path(), "utf8").trim();
  expect(lines.split("\r\n")).toHaveLength(2);
  expect(lines).toContain("cutting,batch,4,");

  await page.getByRole("combobox", { name: "Service" }).selectOption({ label: "all" });
  await cuts.getByRole("link", { name: "All 2" }).click();
  await expect(page).toHaveURL(/\/tokens\/ledger\?only=cut/);
  await expect(page.getByRole("region", { name: "Table of Validations" })).toContainText("cut-2");
});

test("without the database the page says what failed, and shows it again on Retry", async ({
  page,
  portal,
  complaints,
}) => {
  complaints.allow(/status of 503/);
  let isAway = true;
  await page.route(/\/api\/trpc\/[^?]*tokens\.summary/, async (route) => {
    if (!isAway) return route.continue();
    const data = { code: "UNAVAILABLE", httpStatus: 503, requestId: "req_away" };
    const refusal = { error: { message: "The database does not answer.", data } };
    const { pathname } = new URL(route.request().url());
    const names = (pathname.split("/").at(-1) ?? "").split(",");
    await route.fulfill({ status: 503, json: names.map(() => refusal) });
  });
  // Of a time before this portal: the stories before have validated prompts since.
  const toMs = Date.now() - 3_600_000;
  await page.goto(`${portal.url}/tokens?from=${toMs - 3_600_000}&to=${toMs}`);
  const error = page.getByRole("alert").filter({ hasText: "Prompts were not read" });
  await expect(error).toContainText("req_away");
  await checkLook(page, "tokens-error");
  isAway = false;
  await error.getByRole("button", { name: "Retry" }).click();
  await expect(page.getByText("No service has validated a prompt in this range")).toBeVisible();
});
