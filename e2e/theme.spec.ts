import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures/story";

/** Lightness of the page's background, 0 to 255. */
async function backgroundLightness(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.createElement("canvas").getContext("2d");
    if (canvas === null) throw new Error("no canvas");
    canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / 3;
  });
}

test("the page is dark or light as the system is", async ({ page, portal }) => {
  await page.goto(portal.url);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await backgroundLightness(page)).toBeLessThan(60);
  await page.emulateMedia({ colorScheme: "light" });
  expect(await backgroundLightness(page)).toBeGreaterThan(200);
});

test("a person chooses light, and it is light before anything is drawn the next time", async ({
  page,
  portal,
}) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(portal.url);
  await page.getByRole("button", { name: "Display" }).click();
  await page.getByRole("dialog", { name: "Display" }).getByText("Light", { exact: true }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  expect(await backgroundLightness(page)).toBeGreaterThan(200);

  await page.addInitScript(() => {
    document.addEventListener("DOMContentLoaded", () => {
      document.documentElement.dataset.whenParsed =
        document.documentElement.dataset.theme ?? "none";
    });
  });
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-when-parsed", "light");
});
