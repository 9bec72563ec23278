import type { Page } from "@playwright/test";
import { checkLook } from "./fixtures/check-look";
import { checkValues } from "./fixtures/check-values";
import { signInByForm } from "./fixtures/sign-in-by-form";
import { expect, test } from "./fixtures/story";

test.use({ role: null });

const gpusPath = "/gpus?from=-6h&view=table";
const title = (page: Page) => page.getByRole("heading", { level: 1 });

/** The value of the cookie that the page signed in with. */
async function sessionOf(page: Page): Promise<string> {
  const cookies = await page.context().cookies();
  return cookies.find(({ name }) => name === "sightline")?.value ?? "";
}

test("a stranger is led to the sign-in page, which tells nothing, and after it comes back", async ({
  page,
  closedPortal,
  complaints,
}) => {
  complaints.allow(/status of 401/, /WebSocket connection/);
  await page.goto(closedPortal.url + gpusPath);
  await expect(title(page)).toHaveText("Sign in");
  await expect(page).toHaveURL(/\/sign-in\?return_to=/);
  await expect(page.getByText("You come back to GPUs.")).toBeVisible();
  for (const role of ["navigation", "banner"] as const)
    await expect(page.getByRole(role)).toHaveCount(0);
  await checkLook(page, "sign-in");

  await signInByForm(page, await closedPortal.accounts.account("viewer"));
  await expect(page).toHaveURL(closedPortal.url + gpusPath);
  await expect(
    page.getByRole("button", { name: "Account: viewer@example.org, viewer" }),
  ).toBeVisible();
});

test("the sign-in page asks for nothing but who one is, and opens no socket", async ({
  page,
  closedPortal,
}) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  page.on("websocket", () => asked.push("a socket"));
  const answered = page.waitForResponse(/identity\.whoAmI/);
  await page.goto(`${closedPortal.url}/sign-in`);
  await expect(page.getByRole("button", { name: "Sign in" })).toBeEnabled();
  await answered;
  expect(asked.filter((path) => path.startsWith("/api/") || path === "a socket")).toEqual([
    "/api/trpc/identity.whoAmI",
  ]);
});

test("a wrong password is one sentence, with the keyboard alone", async ({
  page,
  closedPortal,
  complaints,
}) => {
  complaints.allow(/status of 401/);
  await page.goto(`${closedPortal.url}/sign-in`);
  await expect(page.getByRole("button", { name: "Sign in" })).toBeEnabled();
  await expect(page.getByLabel("Email")).toBeFocused();
  await page.keyboard.type("viewer@example.org");
  await page.keyboard.press("Tab");
  await page.keyboard.type("not the password");
  await page.keyboard.press("Enter");
  await expect(page.getByText("E-mail address or password is wrong.")).toBeVisible();
  await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
  await checkLook(page, "sign-in-wrong");

  const { password } = await closedPortal.accounts.account("viewer");
  await page.keyboard.type(password); // the wrong one was selected
  await page.keyboard.press("Enter");
  await expect(title(page)).toHaveText("Overview");
});

test("after five wrong tries the page counts down, and then takes another", async ({
  page,
  closedPortal,
  complaints,
}) => {
  complaints.allow(/status of 401/, /status of 429/);
  const stranger = { email: `nobody-${Date.now()}@example.org`, password: "not the password" };
  await page.goto(`${closedPortal.url}/sign-in`);
  for (let tries = 0; tries < 5; tries++) {
    const answered = page.waitForResponse(/identity\.signIn/);
    await signInByForm(page, stranger);
    expect((await answered).status()).toBe(401);
  }
  await signInByForm(page, stranger);
  await expect(page.getByText("Too many tries.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Sign in" })).toBeDisabled();
  await checkLook(page, "sign-in-waiting");
  await expect(page.getByRole("button", { name: "Sign in" })).toBeEnabled({ timeout: 60_000 });
});

test("a session that ends in the middle of work: the page stays, says so, and its address comes back", async ({
  page,
  closedPortal,
  standIn,
  complaints,
}) => {
  complaints.allow(/status of 401/, /WebSocket connection/);
  standIn.replay("load");
  const one = standIn.recorded("load").slice(0, 1);
  const viewer = await closedPortal.accounts.account("viewer");
  await page.goto(`${closedPortal.url}/sign-in?return_to=${encodeURIComponent(gpusPath)}`);
  await signInByForm(page, viewer);
  await checkValues(page, one, ["memoryUsedMib"]);

  await closedPortal.accounts.endSession(await sessionOf(page));
  await expect(page.getByText("Your session ended.")).toBeVisible();
  await checkValues(page, one, ["memoryUsedMib"]);
  await expect(page).toHaveURL(closedPortal.url + gpusPath);
  await checkLook(page, "session-ended");

  await page.getByRole("link", { name: "Sign in again" }).click();
  await expect(page.getByText("Your session ended.").locator("..")).toContainText(
    "You come back to GPUs.",
  );
  await checkLook(page, "sign-in-session-ended");
  await signInByForm(page, viewer);
  await expect(page).toHaveURL(closedPortal.url + gpusPath);
  await checkValues(page, one, ["memoryUsedMib"]);
});

test("signing out leaves nothing on the screen, and going back shows nothing either", async ({
  page,
  closedPortal,
  complaints,
}) => {
  complaints.allow(/status of 401/, /WebSocket connection/);
  await page.goto(`${closedPortal.url}/sign-in`);
  await signInByForm(page, await closedPortal.accounts.account("operator"));
  await page.getByRole("button", { name: /^Account/ }).click();
  const menu = page.getByRole("dialog", { name: "Account" });
  await expect(menu.getByRole("link")).toHaveText([/^Account/]);
  await menu.getByRole("button", { name: "Sign out" }).click();
  await expect(title(page)).toHaveText("Sign in");
  expect(await page.context().cookies()).toEqual([]);
  await page.goBack();
  await expect(title(page)).toHaveText("Sign in");
});

test("an address of somebody else is not followed", async ({ page, closedPortal }) => {
  const elsewhere = encodeURIComponent("//127.0.0.1:1/");
  await page.goto(`${closedPortal.url}/sign-in?return_to=${elsewhere}`);
  await signInByForm(page, await closedPortal.accounts.account("viewer"));
  await expect(page).toHaveURL(`${closedPortal.url}/`);
});
