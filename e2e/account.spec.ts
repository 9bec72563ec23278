import { checkLook } from "./fixtures/check-look";
import { signInByForm } from "./fixtures/sign-in-by-form";
import { expect, test } from "./fixtures/story";

test.use({ role: null });

test("a session that is ended on the account page closes its page's socket, and that page says so", async ({
  page,
  browser,
  closedPortal,
}) => {
  const operator = await closedPortal.accounts.account("operator");
  await page.goto(`${closedPortal.url}/sign-in?return_to=/account`);
  await signInByForm(page, operator);
  await expect(page.getByRole("table", { name: "Sessions" })).toContainText("This one");

  const other = await browser.newContext();
  const otherPage = await other.newPage();
  const closed = new Promise<void>((resolve) => {
    otherPage.on("websocket", (socket) => socket.on("close", () => resolve()));
  });
  await otherPage.goto(`${closedPortal.url}/sign-in`);
  await signInByForm(otherPage, operator);
  await expect(otherPage.getByText(/Sample to screen \d/)).toBeVisible(); // the socket is open

  await page.reload();
  await checkLook(page, "account");
  await page.getByRole("button", { name: "End all others" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText(/sessions? ended/)).toBeVisible();
  await expect(page.getByRole("button", { name: /^End/ })).toHaveCount(0);
  await closed;
  await expect(otherPage.getByText("Your session ended.")).toBeVisible();
  await expect(page.getByText("Your session ended.")).toHaveCount(0);
  await other.close();
});

test("a changed password is the one that counts", async ({ page, closedPortal, complaints }) => {
  complaints.allow(/status of 40[01]/, /WebSocket connection/);
  const operator = await closedPortal.accounts.account("operator");
  const next = `gate of the river ${Date.now()}`;
  await page.goto(`${closedPortal.url}/sign-in?return_to=/account`);
  await signInByForm(page, operator);
  const current = page.getByLabel("Current password", { exact: true });
  const renewed = page.getByLabel("New password", { exact: true });
  await current.fill("not the password");
  await renewed.fill(next);
  await renewed.press("Enter");
  await expect(page.getByRole("alert").first()).toBeVisible();
  await expect(current).toBeFocused();
  await checkLook(page, "account-wrong-password");
  await current.fill(operator.password);
  await current.press("Enter");
  await expect(page.getByText(/^Password changed\./)).toBeVisible();
  closedPortal.accounts.passwordChanged("operator", next);

  await page.getByRole("button", { name: "Sign out" }).first().click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await signInByForm(page, operator);
  await expect(page.getByText("E-mail address or password is wrong.")).toBeVisible();
  await signInByForm(page, { ...operator, password: next });
  await expect(page.getByRole("button", { name: /^Account/ })).toBeVisible();
});

test("who is not signed in has no account, and may sign in there", async ({ page, portal }) => {
  await page.goto(`${portal.url}/account`);
  const panel = page.getByRole("region", { name: "Account" });
  await expect(panel).toContainText("You are not signed in");
  await checkLook(page, "account-stranger");
  await panel.getByRole("link", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/sign-in\?return_to=%2Faccount$/);
});
