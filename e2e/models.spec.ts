import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { checkLook } from "./fixtures/check-look";
import { expect, test } from "./fixtures/story";

const FIRST = "nemotron-3-nano-30b";
const SECOND = "nemotron-mini-4b-instruct";

test.describe("an admin", () => {
  test.use({ role: "admin" });

  test("changes a profile, adds another, makes it the default, and deletes one; all of it is in the audit", async ({
    page,
    startOwnPortal,
    ownStandIn,
    complaints,
  }) => {
    const portal = await startOwnPortal({
      ...ownStandIn.settings,
      NEMOTRON_CONTEXT_WINDOW: "65536",
    });
    await page.goto(`${portal.url}/tokens/models`);
    const table = page.getByRole("group", { name: "Table of profiles" });
    await expect(table.getByRole("row", { name: FIRST })).toContainText("65,536");
    await expect(table.getByRole("row", { name: SECOND })).toContainText("2,560");
    await expect(page.getByRole("region", { name: "Model servers" })).toContainText(
      "No model server yet",
    );
    await expect(page.getByRole("region", { name: "What fits" })).toContainText("tokens");
    await checkLook(page, "models");

    // A window that the setting does not have any more is told from then on.
    await table.getByRole("button", { name: `Edit ${FIRST}` }).focus();
    await page.keyboard.press("Enter");
    const edit = page.getByRole("dialog", { name: `Edit ${FIRST}` });
    await edit.getByLabel("Slots that share it").fill("64");
    await edit.getByLabel("Kept for the answer").fill("1024");
    await page.keyboard.press("Enter");
    await expect(edit.getByText("Must be less than the window of a slot")).toBeVisible();
    await expect(edit.getByLabel("Kept for the answer")).toBeFocused();
    await edit.getByLabel("Slots that share it").fill("4");
    await edit.getByLabel("Whole context").fill("32768");
    await expect(edit.getByText("7,168 for its prompt")).toBeVisible();
    await edit.getByRole("button", { name: "Never remove scene_analysis" }).click();
    await edit.getByRole("listitem", { name: /depth_context/ }).focus();
    await page.keyboard.press("Alt+ArrowDown");
    await expect(edit.getByRole("listitem", { name: "2: depth_context" })).toBeFocused();
    await checkLook(page, "models-edit");
    await edit.getByRole("button", { name: "Save profile" }).click();
    await expect(edit).toHaveCount(0);
    await expect(page.getByText(/NEMOTRON_CONTEXT_WINDOW is 65,536 tokens/)).toBeVisible();

    await page.keyboard.press("n");
    const add = page.getByRole("dialog", { name: "Add a profile" });
    complaints.allow(/status of 400.*models\.create/); // the refusal that comes now
    await add.getByLabel("Name", { exact: true }).fill("NEMOTRON");
    await page.keyboard.press("Enter");
    await expect(add.getByRole("alert")).toContainText("belongs to one profile");
    await add.getByLabel("Name", { exact: true }).fill("qwen");
    await page.keyboard.press("Enter");
    await expect(add).toHaveCount(0);
    await table.getByRole("button", { name: "Make qwen the default" }).click();
    await expect(table.getByRole("row", { name: /^qwen default/ })).toBeVisible();
    await table.getByRole("button", { name: `Delete ${FIRST}` }).click();
    await page.getByRole("button", { name: "Delete profile" }).click();
    await expect(table.getByRole("row", { name: FIRST })).toHaveCount(0);

    await page.goto(`${portal.url}/admin?tab=audit&what=profile`);
    for (const action of ["profile.create", "profile.update", "profile.delete"])
      await expect(page.getByRole("row", { name: action }).first()).toBeVisible();
  });

  test("adds a model server, whose window differs, and a tokenizer from a file", async ({
    page,
    startOwnPortal,
    ownStandIn,
  }) => {
    // As llama.cpp answers: 2 slots of 2,048 tokens.
    const server = createServer((req, res) => {
      res.setHeader("content-type", "application/json");
      res.end(
        JSON.stringify(
          req.url === "/props"
            ? {
                default_generation_settings: { n_ctx: 2_048 },
                total_slots: 2,
                model_alias: SECOND,
              }
            : { tokens: [1, 2, 3] },
        ),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const portal = await startOwnPortal(ownStandIn.settings);
    await page.goto(`${portal.url}/tokens/models`);
    const servers = page.getByRole("region", { name: "Model servers" });
    await servers.getByRole("button", { name: "Add server" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a model server" });
    await dialog.getByLabel("Name", { exact: true }).fill("llama-1");
    await dialog.getByLabel("Address").fill(address);
    await checkLook(page, "models-server");
    await page.keyboard.press("Enter");
    await expect(dialog).toHaveCount(0);
    await servers.getByRole("button", { name: "Test llama-1" }).click();
    await expect(servers.getByRole("row", { name: /llama-1/ })).toContainText("2,048");
    // It names the second profile's model, which reckons with 4,096 in one slot.
    await expect(
      page.getByText(/llama-1 gives a request 2,048 tokens, this profile 4,096/),
    ).toBeVisible();
    await checkLook(page, "models-remarks");

    await page.getByRole("button", { name: "Add tokenizer" }).click();
    const upload = page.getByRole("dialog", { name: "Add a tokenizer" });
    await checkLook(page, "models-tokenizer");
    await upload.getByLabel(/^tokenizer\.json of/).setInputFiles({
      name: "words.json",
      mimeType: "application/json",
      buffer: Buffer.from('{"not":"a tokenizer"}'),
    });
    await expect(upload.getByLabel("Name")).toHaveValue("words");
    server.close();
  });
});

test.describe("a viewer", () => {
  test("reads profiles and computes what fits; nothing can be changed", async ({
    page,
    portal,
  }) => {
    await page.goto(`${portal.url}/tokens/models`);
    const table = page.getByRole("group", { name: "Table of profiles" });
    await table.getByRole("button", { name: `Show ${FIRST}` }).click();
    const dialog = page.getByRole("dialog", { name: FIRST });
    await expect(dialog.getByLabel("Whole context")).toBeDisabled();
    await checkLook(page, "models-viewer");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("region", { name: "Model servers" })).toHaveCount(0);

    const calculator = page.getByRole("region", { name: "What fits" });
    await calculator.getByRole("button", { name: "Paste config.json" }).click();
    await calculator
      .getByLabel("config.json of the model")
      .fill(
        '{"num_hidden_layers":32,"num_attention_heads":32,"num_key_value_heads":8,"hidden_size":4096}',
      );
    await calculator.getByRole("button", { name: "Read figures" }).click();
    await expect(calculator.getByLabel("Attention layers")).toHaveValue("32");
    await calculator.getByText("Memory of a window").click();
    await calculator.getByLabel("Window", { exact: true }).fill("8192");
    await expect(calculator.getByText("1.0 GiB").first()).toBeVisible();
  });
});
