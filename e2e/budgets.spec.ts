import type { Page } from "@playwright/test";
import { checkLook } from "./fixtures/check-look";
import type { Portal } from "./fixtures/start-portal";
import { expect, test } from "./fixtures/story";

/** What a model server said that a request of the service used, as the service sends it on. */
async function report(portal: Portal, requestId: string, promptTokens: number): Promise<unknown> {
  const answer = await fetch(`${portal.url}/api/tokens/report`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${await portal.accounts.key("ingest")}`,
    },
    body: JSON.stringify({
      reports: [
        { service: "api", model: "nemotron", requestId, promptTokens, completionTokens: 1_000 },
      ],
    }),
  });
  return answer.json();
}

const rowOf = (page: Page, name: string) =>
  page.getByRole("region", { name: "Table of budgets" }).getByRole("row", { name });

test.describe("an admin", () => {
  test.use({ role: "admin" });

  test("adds a budget, sees it fill while services report, raises it and deletes it", async ({
    page,
    startOwnPortal,
    ownStandIn,
    complaints,
  }) => {
    const portal = await startOwnPortal({
      ...ownStandIn.settings,
      BUDGET_TIME_ZONE: "Pacific/Auckland",
    });
    expect(await report(portal, "before", 3_000)).toMatchObject({ accepted: 1, repeated: 0 });
    expect(await report(portal, "before", 3_000)).toMatchObject({ accepted: 0, repeated: 1 });
    await page.goto(`${portal.url}/tokens/budgets`);
    await expect(page.getByText("No budget yet")).toBeVisible();
    await checkLook(page, "budgets-none");

    await page.keyboard.press("n");
    const add = page.getByRole("dialog", { name: "Add a budget" });
    await add.getByLabel("Name").fill("api");
    await page.keyboard.press("Enter");
    await expect(add.getByText(/Give a whole number of tokens/)).toBeVisible();
    await expect(add.getByLabel("Tokens a day")).toBeFocused();
    await page.keyboard.type("10 k");
    await add.getByLabel("Service (empty: all)").fill("api");
    await expect(add.getByLabel("Key").getByRole("option")).toHaveCount(2);
    await checkLook(page, "budgets-add");
    await add.getByLabel("Service (empty: all)").press("Enter");
    await expect(add).toHaveCount(0);

    // What was used before it counts; the marks come while the page is open.
    await expect(rowOf(page, "api")).toContainText("40 %");
    await expect(rowOf(page, "api")).toContainText("4 k of 10 k");
    await expect(page.getByText("times in Pacific/Auckland")).toBeVisible();
    await report(portal, "next", 3_100);
    await expect(rowOf(page, "api")).toContainText("81 %");
    await expect(
      page.getByRole("img", { name: /Tokens of api today: 8.10 k of 10 k/ }),
    ).toBeVisible();
    await checkLook(page, "budgets-warn");
    await report(portal, "last", 3_000);
    await expect(rowOf(page, "api")).toContainText("full since");
    await page.keyboard.press("t");
    await expect(page.getByRole("table", { name: /Tokens of api by hour/ })).toContainText(
      "12,100",
    );
    await checkLook(page, "budgets-full");

    complaints.allow(/status of 400.*budgets\.create/); // the refusal that comes now
    await page.keyboard.press("n");
    const again = page.getByRole("dialog", { name: "Add a budget" });
    await again.getByLabel("Name").fill("api");
    await again.getByLabel("Tokens a day").fill("1 M");
    await page.keyboard.press("Enter");
    await expect(again.getByRole("alert")).toContainText("already");
    await page.keyboard.press("Escape");

    await rowOf(page, "api").getByRole("button", { name: "Edit api" }).focus();
    await page.keyboard.press("Enter");
    const edit = page.getByRole("dialog", { name: "Edit api" });
    await edit.getByLabel("Tokens a day").fill("20 k");
    await page.keyboard.press("Enter");
    await expect(edit).toHaveCount(0);
    await expect(rowOf(page, "api")).toContainText("61 %");
    await expect(rowOf(page, "api")).not.toContainText("full since");

    await rowOf(page, "api").getByRole("button", { name: "Delete api" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Delete budget" }).focus();
    await page.keyboard.press("Enter");
    await expect(page.getByText("No budget yet")).toBeVisible();
    await page.goto(`${portal.url}/admin?tab=audit&what=budget`);
    for (const action of ["budget.create", "budget.update", "budget.delete"])
      await expect(page.getByRole("row", { name: action }).first()).toContainText("api");
  });
});

test("a viewer reads what a budget is and is offered no change", async ({ page, portal }) => {
  await page.goto(`${portal.url}/tokens/budgets`);
  await expect(page.getByText("An admin adds one.")).toBeVisible();
  await expect(page.getByRole("button", { name: /Add budget/ })).toHaveCount(0);
  await page.keyboard.press("n");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});
