import { readFileSync } from "node:fs";
import type { Browser, Page } from "@playwright/test";
import { checkLook } from "./fixtures/check-look";
import type { Account } from "./fixtures/portal-accounts";
import type { Portal } from "./fixtures/start-portal";
import { expect, test as base } from "./fixtures/story";

/** A portal of its own for each story: users, keys and the audit are what they change. */
const test = base.extend<{ own: Portal; admin: Account }>({
  own: async ({ startOwnPortal, ownStandIn }, use) => {
    await use(await startOwnPortal(ownStandIn.settings));
  },
  admin: async ({ own }, use) => {
    await use(await own.accounts.account("admin"));
  },
});
test.use({ role: "admin" });

/** Another person at another machine. */
async function openElsewhere(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  return context.newPage();
}

/** Through the sign-in page, as a person does it. */
async function signIn(page: Page, portalUrl: string, { email, password }: Account): Promise<void> {
  await page.goto(`${portalUrl}/sign-in`);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: /^Sign in/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
}

/** Chooses what is done with a row, by the menu at its end. */
async function choose(page: Page, name: string, action: string): Promise<void> {
  await page.getByRole("button", { name: `More for ${name}` }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

const rowOf = (page: Page, list: string, name: string) =>
  page.getByRole("region", { name: `Table of ${list}` }).getByRole("row", { name });

test("an admin adds a user, who signs in elsewhere; what is changed acts there at once, and all of it is in the audit", async ({
  page,
  own,
  admin,
  browser,
  complaints,
}) => {
  await page.goto(`${own.url}/admin`);
  await expect(rowOf(page, "Users", admin.email)).toContainText("You");
  await page.getByLabel("Email").fill("vera@example.org");
  await page.keyboard.press("Enter");
  const made = page.getByRole("group", { name: "vera@example.org was added" });
  await expect(made).toBeFocused();
  const password = await made.getByLabel("password", { exact: true }).innerText();
  await expect(rowOf(page, "Users", "vera@example.org")).toContainText("viewer");
  await checkLook(page, "admin-users");
  await made.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText(password)).toHaveCount(0);

  const vera = await openElsewhere(browser);
  await signIn(vera, own.url, { email: "vera@example.org", password });
  await vera.goto(`${own.url}/admin`);
  await expect(vera.getByText("Managing users, keys and settings needs an admin")).toBeVisible();
  await expect(vera.getByText(admin.email)).toBeVisible(); // who can help
  await checkLook(vera, "admin-forbidden");

  await choose(page, "vera@example.org", "Make admin");
  await expect(page.getByText("vera@example.org is admin")).toBeVisible();
  await vera.reload();
  await expect(rowOf(vera, "Users", admin.email)).toBeVisible();
  await choose(page, "vera@example.org", "Make viewer");
  await page.getByRole("button", { name: "Make viewer" }).click();
  await expect(page.getByText("vera@example.org is viewer")).toBeVisible();
  // Her page is still open, but the server gives it nothing more.
  const refused = await vera.request.get(`${own.url}/api/trpc/users.list`);
  expect(refused.status()).toBe(403);

  await choose(page, "vera@example.org", "Disable");
  await expect(page.getByRole("dialog")).toContainText("1 session ends");
  await page.getByRole("button", { name: "Disable user" }).click();
  await expect(rowOf(page, "Users", "vera@example.org")).toContainText("disabled");
  await vera.goto(own.url);
  expect((await vera.request.get(`${own.url}/api/trpc/identity.sessions`)).status()).toBe(401);
  await vera.context().close();

  complaints.allow(/status of 403.*users\.delete/); // the refusal that comes now
  await choose(page, admin.email, "Delete");
  await page.getByRole("button", { name: "Delete user" }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText(/last admin/i);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: `More for ${admin.email}` })).toBeFocused();

  await page.getByRole("tab", { name: /^Audit/ }).click();
  const audit = page.getByRole("region", { name: "Table of Audit" });
  for (const action of ["user.create", "user.update", "user.disable"])
    await expect(audit.getByRole("row", { name: action }).first()).toContainText(
      "vera@example.org",
    );
  await audit.getByRole("row", { name: "user.disable" }).click();
  const details = page.getByRole("region", { name: /^Row \d/ });
  await expect(details).toContainText("disabled");
  await expect(details.getByRole("button", { name: "Copy request id" })).toBeVisible();
  await page.getByRole("button", { name: "Check chain" }).click();
  await expect(page.getByText(/^Chain intact, \d+ rows/)).toBeVisible();
  await checkLook(page, "admin-audit");

  await page.getByRole("button", { name: /^What/ }).click();
  await page.getByRole("menuitemradio", { name: "user.disable" }).click();
  await expect(page.getByText("1, newest first")).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: /^CSV/ }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^audit.*\.csv$/);
  const lines = readFileSync(await file.path(), "utf8")
    .trim()
    .split("\n");
  expect(lines).toHaveLength(2); // the head, and what the filter leaves
  expect(lines[1]).toContain("user.disable");
});

test("a key is made, opens what its kind opens, is revoked and opens nothing", async ({
  page,
  own,
}) => {
  await page.goto(`${own.url}/admin?tab=keys`);
  await expect(page.getByText("No key yet")).toBeVisible();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("ci-bench");
  await page.keyboard.press("Enter");
  const made = page.getByRole("group", { name: "ci-bench was made" });
  await expect(made).toBeFocused();
  const secret = await made.getByLabel("API key", { exact: true }).innerText();
  expect(secret).toMatch(/^sl_read_\w{43}$/);
  await expect(made.getByText(/^curl -H/)).toBeVisible();
  await checkLook(page, "admin-keys");

  const call = (init: RequestInit = {}) =>
    fetch(`${own.url}/api/trpc/keys.list`, {
      ...init,
      headers: { authorization: `Bearer ${secret}` },
    });
  const read = await fetch(`${own.url}/api/system/gpu`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  expect(read.status).toBe(200);
  expect((await call()).status).toBe(403); // a read key manages no keys

  await choose(page, "ci-bench", "Revoke");
  await page.getByRole("button", { name: "Revoke key" }).click();
  await expect(rowOf(page, "API keys", "ci-bench")).toContainText(/revoked/);
  const after = await fetch(`${own.url}/api/system/gpu`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  expect(after.status).toBe(401);
  await expect(page.getByRole("row", { name: "key.revoke" })).toContainText("ci-bench");
  await page.reload();
  await expect(rowOf(page, "API keys", "ci-bench")).toBeVisible();
  await expect(page.getByText(secret)).toHaveCount(0);
});

test("a session of somebody else is revoked, and ends there", async ({
  page,
  own,
  admin,
  browser,
}) => {
  const elsewhere = await openElsewhere(browser);
  await signIn(elsewhere, own.url, admin);
  await page.goto(`${own.url}/admin?tab=sessions`);
  const rows = page.getByRole("region", { name: "Table of Sessions" }).getByRole("row");
  await expect(rows).toHaveCount(3); // with the head
  await checkLook(page, "admin-sessions");
  await rows
    .filter({ hasText: admin.email })
    .filter({ hasNotText: "This one" })
    .getByRole("button", { name: /^Revoke/ })
    .click();
  await expect(page.getByRole("dialog")).toContainText("sockets close within 5 s");
  await page.getByRole("button", { name: "Revoke session" }).click();
  await expect(rows).toHaveCount(2);
  expect((await elsewhere.request.get(`${own.url}/api/trpc/identity.sessions`)).status()).toBe(401);
  await elsewhere.context().close();
});

test("settings tell what acts, and no secret", async ({ page, own, admin }) => {
  await page.goto(`${own.url}/admin?tab=settings&only=set`);
  const file = rowOf(page, "Settings", "ADMIN_PASSWORD_FILE");
  await expect(file).toContainText("set");
  await expect(file).not.toContainText("sightline-accounts-");
  await expect(rowOf(page, "Settings", "ADMIN_EMAIL")).toContainText(admin.email);
  await page.getByRole("radio", { name: "All" }).click();
  await expect(rowOf(page, "Settings", "GPU_RAW_RETENTION_DAYS")).toContainText("30");
  await page.keyboard.press("/");
  await page.keyboard.type("pressure");
  await expect(rowOf(page, "Settings", "GPU_RAW_RETENTION_DAYS")).toHaveCount(0);
  await checkLook(page, "admin-settings");
});
