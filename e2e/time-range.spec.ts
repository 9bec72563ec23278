import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures/story";

const range = (page: Page) => page.getByRole("button", { name: /^Time range/ });

async function choose(page: Page, label: string): Promise<void> {
  await range(page).click();
  const panel = page.getByRole("dialog", { name: "Choose the time range" });
  await panel.getByRole("button", { name: label, exact: true }).click();
  await expect(panel).toBeHidden();
}

test("a range that is chosen is in the address, on all pages, and Back undoes it", async ({
  page,
  portal,
}) => {
  await page.goto(portal.url);
  await choose(page, "15 minutes");
  await expect(page).toHaveURL(/[?&]from=-15m/);
  await expect(range(page)).toContainText("15 m");

  await page
    .getByRole("navigation", { name: "Main" })
    .getByRole("link", { name: "GPUs" })
    .first()
    .click();
  await expect(page).toHaveURL(/\/gpus\?.*from=-15m/);
  await expect(range(page)).toContainText("15 m");

  await page.goBack();
  await page.goBack();
  await expect(page).not.toHaveURL(/from=/);
});

test("the address of a paused view shows another person the same minutes", async ({
  page,
  portal,
  context,
  complaints,
}) => {
  await page.goto(portal.url);
  await choose(page, "5 minutes");
  await page.getByRole("button", { name: /^Live/ }).click();
  await expect(page).toHaveURL(/paused=1/);
  const shown = await range(page).getAttribute("title");

  const other = await context.newPage();
  complaints.watch(other);
  await other.goto(page.url());
  await expect(range(other)).toHaveAttribute("title", shown ?? "");
  await other.reload();
  await expect(range(other)).toHaveAttribute("title", shown ?? "");
  await expect(other.getByRole("button", { name: /^Live/ })).toHaveAttribute(
    "aria-pressed",
    "false",
  );
});

test("a range can be typed, and a wrong one is explained", async ({ page, portal }) => {
  await page.goto(portal.url);
  await range(page).click();
  const panel = page.getByRole("dialog", { name: "Choose the time range" });
  await panel.getByLabel("From").fill("yesterday-ish");
  await panel.getByRole("button", { name: "Show range" }).click();
  await expect(panel.getByRole("alert")).toContainText("From is no time");
  await panel.getByLabel("From").fill("2026-11-20 14:02");
  await panel.getByLabel("To").fill("2026-11-20 14:32");
  await panel.getByRole("button", { name: "Show range" }).click();
  await expect(page).toHaveURL(/from=\d{13}&to=\d{13}/);
  await expect(range(page)).toContainText("14:02");
});

test("nonsense in the address is not an error: the page shows its usual range", async ({
  page,
  portal,
}) => {
  await page.goto(`${portal.url}/?from=__proto__&to=1e999&paused=maybe`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  await expect(range(page)).toBeVisible();
});
