import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures/story";

const live = (page: Page) => page.getByRole("button", { name: /^Live/ });
const palette = (page: Page) => page.getByRole("dialog", { name: "Search or jump to" });

test.beforeEach(async ({ page, portal }) => {
  await page.goto(portal.url);
  await expect(live(page)).toHaveAttribute("aria-pressed", "true");
});

test("Space stops the values and lets them move again, and the address says so", async ({
  page,
}) => {
  await page.keyboard.press("Space");
  await expect(live(page)).toHaveAttribute("aria-pressed", "false");
  await expect(page).toHaveURL(/[?&]paused=1/);
  await page.keyboard.press("Space");
  await expect(live(page)).toHaveAttribute("aria-pressed", "true");
  await expect(page).not.toHaveURL(/paused/);
});

test("Ctrl K finds a GPU by a part of its name, and Enter goes there", async ({ page }) => {
  await page.keyboard.press("Control+k");
  await expect(palette(page)).toBeVisible();
  await page.keyboard.type("4080");
  await expect(palette(page).getByRole("option", { name: /4080/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/gpu\?gpu=GPU-51900000/);
  await expect(palette(page)).toBeHidden();
});

test("Esc closes the palette and the focus goes back to where it was", async ({ page }) => {
  const link = page
    .getByRole("navigation", { name: "Main" })
    .getByRole("link", { name: "GPUs" })
    .first();
  await link.focus();
  await page.keyboard.press("Control+k");
  await expect(palette(page).getByRole("combobox")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(palette(page)).toBeHidden();
  await expect(link).toBeFocused();
});

test("? lists the keys that do something here", async ({ page }) => {
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog", { name: "Keys" });
  await expect(keys).toContainText("Live or pause");
  await expect(keys).toContainText("Choose the time range");
  await page.keyboard.press("Escape");
  await expect(keys).toBeHidden();
});

test("g then g goes to the GPUs, g then o back to the overview", async ({ page }) => {
  await page.keyboard.press("g");
  await page.keyboard.press("g");
  await expect(page).toHaveURL(/\/gpus$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("GPUs");
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
});

test("r opens the time range, Esc closes it and the focus stays on its button", async ({
  page,
}) => {
  await page.keyboard.press("r");
  const range = page.getByRole("dialog", { name: "Choose the time range" });
  await expect(range).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(range).toBeHidden();
  await expect(page.getByRole("button", { name: /^Time range/ })).toBeFocused();
});

test("t shows a GPU's charts as a table, and t again as charts", async ({
  page,
  portal,
  standIn,
}) => {
  const { gpuUuid } = standIn.recorded("idle")[0] ?? { gpuUuid: "" };
  await page.goto(`${portal.url}/gpu?gpu=${gpuUuid}`);
  await expect(page.getByRole("img", { name: /utilisation/i }).first()).toBeVisible();
  await page.keyboard.press("t");
  await expect(page).toHaveURL(/view=table/);
  await expect(page.getByRole("table").first()).toBeVisible();
  await page.keyboard.press("t");
  await expect(page).not.toHaveURL(/view=/);
  await expect(page.getByRole("img", { name: /utilisation/i }).first()).toBeVisible();
});

test("arrows move the cursor sample by sample, with Shift ten at a time", async ({ page }) => {
  const cursor = page.locator("[data-pinned=true]");
  await expect(page.getByRole("img", { name: /^Utilisation of all GPUs/ })).toBeVisible();
  // The range moves on, so what counts is how far the cursor goes, in samples of the chart.
  const clock = async () => {
    const [hours = 0, minutes = 0, seconds = 0] = (await cursor.innerText()).split(":").map(Number);
    return (hours * 60 + minutes) * 60 + seconds;
  };
  let first = 0;
  // The chart needs two samples before there is anything to step to.
  await expect(async () => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("ArrowLeft");
    await expect(cursor).toBeVisible({ timeout: 500 });
    first = await clock();
    await page.keyboard.press("ArrowLeft");
    expect(await clock()).toBeLessThan(first);
  }).toPass({ timeout: 30_000 });
  await page.keyboard.press("Shift+ArrowRight");
  expect(await clock()).toBeGreaterThanOrEqual(first);
  await page.keyboard.press("Escape");
  await expect(cursor).toHaveCount(0);
});

test("y copies the link of the page", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.keyboard.press("y");
  await expect(page.getByText("Link copied")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
});

test("letters typed into a field are letters, not commands", async ({ page }) => {
  await page.keyboard.press("Control+k");
  const field = palette(page).getByRole("combobox");
  await field.pressSequentially("g g?");
  await expect(field).toHaveValue("g g?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeHidden();
  await page.keyboard.press("Escape");
  await expect(live(page)).toHaveAttribute("aria-pressed", "true");
  await expect(page).not.toHaveURL(/\/gpus/);
});

test("single keys can be turned off, and stay off", async ({ page }) => {
  await page.getByRole("button", { name: "Display" }).click();
  await page.getByRole("switch", { name: /Keys without/ }).click();
  await page.keyboard.press("Escape");
  await page.reload();
  await expect(live(page)).toHaveAttribute("aria-pressed", "true");
  await page.locator("main").focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(live(page)).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("Control+k"); // with a modifier it still works
  await expect(palette(page)).toBeVisible();
});
