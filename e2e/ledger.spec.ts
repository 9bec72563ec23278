import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { checkLook } from "./fixtures/check-look";
import { addSmallModel, truncatePrompt, validatePrompt, wordsOf } from "./fixtures/send-prompts";
import type { Portal } from "./fixtures/start-portal";
import { expect, test } from "./fixtures/story";

const PROMPTS = 130;
const A_PAGE = 100;
const TRACE_ID = "4f9c1d7a4f9c1d7a4f9c1d7a4f9c1d7a";

async function sendPrompts(portal: Portal): Promise<void> {
  await addSmallModel(portal, { name: "small", truncationEnabled: true });
  const about = { service: "api", model: "small" };
  for (let place = 1; place <= PROMPTS; place++)
    await validatePrompt(portal, {
      ...about,
      requestId: `req-${place}`,
      text: `question ${place}${wordsOf(10 + place)}`,
    });
  await truncatePrompt(portal, {
    ...about,
    requestId: "truncated-1",
    traceId: TRACE_ID,
    sections: [
      { name: "depth", text: wordsOf(600), priority: 0 },
      { name: "system", text: `Answer shortly.${wordsOf(890)}`, priority: 9, required: true },
    ],
  });
}

const tableOf = (page: Page) => page.getByRole("region", { name: "Table of Validations" });

test.describe("an admin", () => {
  test.use({ role: "admin" });

  test("walks through the ledger by keyboard, opens a validation, reads its text, and takes the list along", async ({
    page,
    startOwnPortal,
    ownStandIn,
  }) => {
    const portal = await startOwnPortal({ ...ownStandIn.settings, PROMPT_SAMPLES: "true" });
    await page.goto(`${portal.url}/tokens/ledger`);
    await expect(page.getByText("No validation was recorded in this range")).toBeVisible();
    await checkLook(page, "ledger-empty");

    await sendPrompts(portal);
    await page.reload();
    const rows = tableOf(page).getByRole("table");
    await expect(rows).toHaveAttribute("aria-rowcount", String(A_PAGE + 1));
    await expect(page.getByRole("region", { name: "Validations", exact: true })).toContainText(
      `${PROMPTS + 1}, newest first`,
    );
    await expect(tableOf(page).getByRole("row", { name: "truncated-1" })).toContainText("depth");
    await checkLook(page, "ledger");

    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    const drawer = page.getByRole("dialog", { name: "small from api" });
    await expect(drawer).toContainText("One section was removed from it before it was sent.");
    await expect(drawer.getByRole("row", { name: /^depth/ })).toContainText("saved");
    await expect(drawer).toContainText(TRACE_ID);
    await drawer.getByRole("button", { name: "Read the stored text" }).click();
    await expect(drawer.getByText(/Answer shortly\./)).toBeVisible();
    await checkLook(page, "ledger-drawer");
    await page.keyboard.press("Escape");
    await expect(drawer).toHaveCount(0);

    // The next page is read as the end comes near, whatever comes meanwhile.
    await tableOf(page).evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await expect(rows).toHaveAttribute("aria-rowcount", String(PROMPTS + 2));
    await tableOf(page).evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await expect(
      tableOf(page).getByRole("row", { name: "req-1", exact: false }).last(),
    ).toBeVisible();

    await page.getByRole("combobox", { name: "Outcome" }).selectOption("over");
    await expect(page).toHaveURL(/outcome=over/);
    await expect(rows).toHaveAttribute("aria-rowcount", "2");
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "CSV", exact: true }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^token-ledger-.*\.csv$/);
    const lines = readFileSync(await file.path(), "utf8")
      .trim()
      .split("\r\n");
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain("truncated-1");
    expect(lines.join()).not.toContain("Answer shortly"); // a list never holds texts

    await page.getByRole("combobox", { name: "Outcome" }).selectOption({ label: "all" });
    await page.keyboard.press("/");
    await page.keyboard.type("req-77");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/request=req-77/);
    await expect(rows).toHaveAttribute("aria-rowcount", "2");
    await page.getByRole("combobox", { name: "Outcome" }).selectOption("over");
    await expect(page.getByText("No validation in this range is left by the filter")).toBeVisible();
    await page.getByRole("button", { name: "Drop the filter" }).click();
    await expect(rows).toHaveAttribute("aria-rowcount", String(A_PAGE + 1));
  });
});

test("a viewer sees every figure, and learns who may read the text", async ({
  page,
  startOwnPortal,
  ownStandIn,
  complaints,
}) => {
  complaints.allow(/status of 403.*tokens\.promptSample/);
  const portal = await startOwnPortal({ ...ownStandIn.settings, PROMPT_SAMPLES: "true" });
  await validatePrompt(portal, {
    service: "api",
    model: "nemotron",
    requestId: "secret-1",
    text: "Nobody reads this.",
  });
  await page.goto(`${portal.url}/tokens/ledger`);
  await tableOf(page).getByRole("row", { name: "secret-1" }).click();
  const drawer = page.getByRole("dialog", { name: / from api$/ });
  await expect(drawer).toContainText("The prompt fitted.");
  await drawer.getByRole("button", { name: "Read the stored text" }).click();
  await expect(drawer.getByRole("alert")).toContainText("You may not read stored prompts");
  await expect(page.getByText("Nobody reads this.")).toHaveCount(0);
});
