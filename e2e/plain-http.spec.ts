import { checkLook } from "./fixtures/check-look";
import { signInByForm } from "./fixtures/sign-in-by-form";
import { expect, test } from "./fixtures/story";

// What a proxy in front adds: so it is nobody at this machine, and nothing says that the way was encrypted.
test.use({ role: null, extraHTTPHeaders: { "x-forwarded-for": "203.0.113.9" } });

test("over plain http from elsewhere nothing is read before signing in, and pages say that it is not encrypted", async ({
  page,
  portal,
  complaints,
}) => {
  complaints.allow(/status of 401/, /WebSocket connection/);
  await page.goto(`${portal.url}/gpus`);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await signInByForm(page, await portal.accounts.account("viewer"));
  await expect(page).toHaveURL(`${portal.url}/gpus`);
  const strip = page.getByText("Not encrypted.", { exact: true }).locator("..");
  await expect(strip).toContainText("PUBLIC_URL");
  await checkLook(page, "plain-http");
});
