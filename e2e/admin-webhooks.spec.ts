import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { checkLook } from "./fixtures/check-look";
import { expect, test } from "./fixtures/story";

test.use({ role: "admin" });

test("a webhook target is added, tested, edited and deleted by keyboard; its secret is shown once", async ({
  page,
  startOwnPortal,
  ownStandIn,
  complaints,
}) => {
  const messages: string[] = [];
  const receiver = createServer((req, res) => {
    req.on("data", (chunk: Buffer) => messages.push(chunk.toString()));
    req.on("end", () => res.writeHead(204).end());
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/pressure`;
  const portal = await startOwnPortal(ownStandIn.settings);
  await page.goto(`${portal.url}/admin?tab=settings`);
  const panel = page.getByRole("region", { name: "Webhooks" });
  await expect(panel).toContainText("No target yet");
  await checkLook(page, "webhooks-none");

  await panel.getByRole("button", { name: "Add target" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Add a webhook target" });
  await dialog.getByLabel("Name").focus();
  await page.keyboard.type("Inference");
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("Give an address")).toBeVisible();
  await checkLook(page, "webhooks-add");
  complaints.allow(/status of 400.*pressureWebhooks\.create/); // the refusal that comes now
  await dialog.getByLabel("Address").focus();
  await page.keyboard.type("http://169.254.169.254/");
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("alert")).toContainText("not allowed");
  await dialog.getByLabel("Address").fill(address);
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Secret", { exact: true })).toHaveText(/^whsec_/);
  await checkLook(page, "webhooks-secret");
  await page.keyboard.press("Escape");
  await expect(page.getByText(/whsec_/)).toHaveCount(0);

  const row = panel.getByRole("row", { name: /Inference/ });
  await expect(row).toContainText("Nothing sent yet");
  await row.getByRole("button", { name: "Test Inference" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("Inference: The target took the test message.")).toBeVisible();
  expect(messages.join()).toContain("gpu.memory_pressure.test");
  await checkLook(page, "webhooks-one");

  await row.getByRole("button", { name: "Edit Inference" }).focus();
  await page.keyboard.press("Enter");
  const edit = page.getByRole("dialog", { name: "Edit the webhook target" });
  await edit.getByLabel("Name").fill("Inference B");
  await page.keyboard.press("Enter");
  await expect(edit).toHaveCount(0);
  const renamed = panel.getByRole("row", { name: /Inference B/ });
  await renamed.getByRole("button", { name: "Delete Inference B" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Delete target" }).focus();
  await page.keyboard.press("Enter");
  await expect(panel).toContainText("No target yet");
  await page.goto(`${portal.url}/admin?tab=audit&what=webhook`);
  for (const action of ["webhook.create", "webhook.test", "webhook.update", "webhook.delete"])
    await expect(page.getByRole("row", { name: action }).first()).toContainText("Inference");
  receiver.close();
});
