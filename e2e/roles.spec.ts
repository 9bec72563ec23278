import type { Page } from "@playwright/test";
import type { UserRole } from "@/domain/identity/user-role";
import { checkLook } from "./fixtures/check-look";
import { expect, test } from "./fixtures/story";

const palette = (page: Page) => page.getByRole("dialog", { name: "Search or jump to" });
/** What each is offered beside what all have, and where the keys of the admin page lead. */
const roles: readonly { role: UserRole; adminLinks: number; place: RegExp; menu: RegExp[] }[] = [
  { role: "viewer", adminLinks: 0, place: /:\d+\/$/, menu: [/^Account/] },
  { role: "operator", adminLinks: 0, place: /:\d+\/$/, menu: [/^Account/] },
  { role: "admin", adminLinks: 1, place: /\/admin/, menu: [/^Admin/, /^Account/] },
];

for (const { role, adminLinks, place, menu: pages } of roles) {
  test.describe(`as ${role}`, () => {
    test.use({ role });

    test(`navigation, palette and keys of ${role} have what the role may do, and no more`, async ({
      page,
      portal,
    }) => {
      await page.goto(portal.url);
      await expect(page.getByRole("button", { name: new RegExp(`, ${role}$`) })).toBeVisible();
      const nav = page.getByRole("navigation", { name: "Main" });
      await expect(nav.getByRole("link", { name: "Admin" })).toHaveCount(adminLinks);
      await page.keyboard.press("Control+k");
      const options = palette(page).getByRole("option");
      await expect(options.filter({ hasText: "Account" })).toHaveCount(1);
      await expect(options.filter({ hasText: "Admin" })).toHaveCount(adminLinks);
      await expect(options.filter({ hasText: "API for other tools" })).toHaveCount(1);
      await page.keyboard.press("Escape");
      await expect(palette(page)).toBeHidden();
      for (const key of ["g", "a"]) await page.keyboard.press(key);
      await expect(page).toHaveURL(place);
      for (const key of ["g", "u"]) await page.keyboard.press(key);
      await expect(page).toHaveURL(/\/account$/);
      await page.goBack(); // to where the first two keys had led
      await expect(page).toHaveURL(place);
    });

    test(`the menu of ${role} leads to one's pages`, async ({ page, portal }) => {
      await page.goto(portal.url);
      await page.getByRole("button", { name: /^Account/ }).click();
      const menu = page.getByRole("dialog", { name: "Account" });
      await expect(menu).toContainText(`${role}@example.org`);
      await expect(menu.getByRole("link")).toHaveText(pages);
      await page.keyboard.press("Escape");
      await expect(menu).toBeHidden();
      await expect(page.getByRole("button", { name: /^Account/ })).toBeFocused();
    });
  });
}

test("a page that one may not use says which role it needs, and who can help", async ({
  page,
  portal,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`${portal.url}/admin`);
  const state = page.getByRole("region", { name: "Not allowed" });
  await expect(state.getByRole("heading")).toContainText("needs an admin");
  await expect(state).toContainText("You are signed in as viewer@example.org, role viewer.");
  await expect(state).toContainText("admin@example.org is admin here.");
  await checkLook(page, "forbidden");
  await state.getByRole("button", { name: "Copy a request" }).click();
  await expect(page.getByText("Request copied")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(
    `I need the role admin in Sightline to use ${portal.url}/admin.`,
  );
  await state.getByRole("link", { name: "Switch user" }).click();
  await expect(page).toHaveURL(/\/sign-in\?return_to=%2Fadmin$/);
  await expect(page.getByText("You are signed in as")).toContainText("viewer@example.org");
  await checkLook(page, "sign-in-switch-user");
});

test("on a phone the menu says who one is, and leads to the account and out", async ({
  page,
  portal,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(portal.url);
  await page.getByRole("button", { name: "Menu" }).click();
  const menu = page.getByRole("dialog", { name: "Sightline" });
  await expect(menu).toContainText("viewer@example.org, viewer");
  await expect(menu.getByRole("button", { name: "Sign out" })).toBeVisible();
  await menu.getByRole("link", { name: "Account" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Account");
});

test.describe("not signed in, on this machine", () => {
  test.use({ role: null });

  test("one reads, is told so, and is offered nothing that one may not do", async ({
    page,
    portal,
  }) => {
    await page.goto(`${portal.url}/gpus?from=-1h`);
    await expect(page.getByText("Read only, not signed in")).toBeVisible();
    await expect(page.getByRole("link", { name: "Admin" })).toHaveCount(0);
    await page.keyboard.press("Control+k");
    const options = palette(page).getByRole("option");
    await expect(options.filter({ hasText: "Sign in" })).toBeVisible();
    await expect(options.filter({ hasText: /Admin|Account|Sign out/ })).toHaveCount(0);
    await options.filter({ hasText: "Sign in" }).click();
    await expect(page).toHaveURL(/\/sign-in\?return_to=%2Fgpus%3Ffrom%3D-1h$/);
  });
});
