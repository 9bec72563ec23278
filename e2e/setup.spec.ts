import { readFileSync } from "node:fs";
import path from "node:path";
import { checkLook } from "./fixtures/check-look";
import { checkValues } from "./fixtures/check-values";
import { expect, test } from "./fixtures/story";

test.use({ role: null });

const noAdmin = { ADMIN_EMAIL: "", ADMIN_PASSWORD_FILE: "", INITIAL_ADMIN_KEY_FILE: "" };

test("the first start: a true picture at once, and the first admin by the code of the start", async ({
  page,
  startOwnPortal,
  ownStandIn,
  complaints,
}) => {
  complaints.allow(/status of 401/); // the wrong code
  ownStandIn.replay("load");
  const portal = await startOwnPortal({ ...ownStandIn.settings, ...noAdmin });
  await page.goto(portal.url);
  await checkValues(page, ownStandIn.recorded("load"));
  await expect(page.getByText("Nobody may change anything yet.")).toBeVisible();
  await expect(page.getByText("Read only, not signed in")).toBeVisible();
  await checkLook(page, "setup-offer");
  await page.getByRole("link", { name: "Create the first admin" }).click();

  await expect(page.getByRole("heading", { name: "Create the first admin" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Create and sign in" })).toBeEnabled();
  await expect(page.getByLabel("Code")).toBeFocused();
  await page.keyboard.type("WRONG-CODE");
  await page.keyboard.press("Tab");
  await page.keyboard.type("first@example.org");
  await page.keyboard.press("Tab");
  await page.keyboard.type("too short");
  await page.keyboard.press("Enter");
  await expect(page.getByText("This has 9 of 12 characters")).toBeVisible();
  await page.keyboard.type(" no more");
  await expect(page.getByText(/^(Fair|Strong)$/)).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByText(/This is not the setup code/)).toBeVisible();
  await expect(page.getByLabel("Code")).toBeFocused();
  await checkLook(page, "setup-wrong-code");

  // The link that the start prints on a terminal: its code does not stay in the address.
  const code = readFileSync(path.join(portal.dataDir, "setup-code"), "utf8").trim();
  expect(portal.output()).toContain(`${portal.url}/setup`);
  expect(portal.output()).not.toContain(code); // what a service prints is kept by others
  await page.goto(`${portal.url}/setup?code=${code}`);
  await expect(page).toHaveURL(`${portal.url}/setup`);
  await expect(page.getByLabel("Code")).toHaveValue(code);
  await page.getByLabel("Email").fill("first@example.org");
  await page.getByLabel("Password", { exact: true }).fill("gate of the river");
  await checkLook(page, "setup");
  await page.getByLabel("Password", { exact: true }).press("Enter");
  await expect(
    page.getByRole("button", { name: "Account: first@example.org, admin" }),
  ).toBeVisible();
  await expect(page.getByText("Nobody may change anything yet.")).toHaveCount(0);

  await page.goto(`${portal.url}/setup?code=${code}`);
  await expect(page.getByRole("heading", { name: "There is an admin already" })).toBeVisible();
  await expect(page.getByText("You are signed in as first@example.org.")).toBeVisible();
  await checkLook(page, "setup-done");
});
