import { findAccessibilityFaults, findOverflow } from "./fixtures/check-look";
import { checkValues } from "./fixtures/check-values";
import { expect, test } from "./fixtures/story";

const paths = [
  "/",
  "/gpus",
  "/gpus?view=cards",
  "/gpus?view=table",
  "/gpu?gpu=GPU-51900000-0000-4000-8000-000000000000",
];
const sizes = [
  { name: "a phone", width: 390, height: 844 },
  { name: "200 % zoom", width: 720, height: 450 },
];

test.beforeEach(({ standIn }) => {
  standIn.replay("load");
});

for (const { name, width, height } of sizes) {
  test(`at ${name} every page can be read without scrolling sideways`, async ({
    page,
    portal,
    standIn,
  }) => {
    await page.setViewportSize({ width, height });
    for (const path of paths) {
      await page.goto(portal.url + path);
      await checkValues(page, standIn.recorded("load").slice(0, 1), ["memoryUsedMib"]);
      expect.soft(await findOverflow(page), path).toEqual([]);
      expect.soft(await findAccessibilityFaults(page), path).toEqual([]);
    }
  });

  test(`at ${name} a person gets everywhere with a finger`, async ({ page, portal }) => {
    await page.setViewportSize({ width, height });
    await page.goto(portal.url);
    await page
      .getByRole("navigation", { name: "Main, short" })
      .getByRole("link", { name: "GPUs" })
      .click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("GPUs");
    await page.getByRole("button", { name: "Menu" }).click();
    await page
      .getByRole("navigation", { name: "All pages" })
      .getByRole("link", { name: "Overview" })
      .click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
    await page.getByRole("button", { name: /^Live/ }).click();
    await expect(page).toHaveURL(/paused=1/);
    await page.getByRole("button", { name: /^Time range/ }).click();
    await page.getByRole("button", { name: "1 hour", exact: true }).click();
    await expect(page).toHaveURL(/from=-1h/);
  });
}
