import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { checkLook } from "./fixtures/check-look";
import { remoteGpus, RemoteHosts } from "./fixtures/remote-hosts";
import { expect, test } from "./fixtures/story";

const PAST_SECONDS = 900;
const ownUuid = "GPU-51900000-0000-4000-8000-000000000000";
const [first, split] = remoteGpus.filter(({ parentUuid }) => parentUuid === undefined);
const comparedUuids = [first?.gpuUuid ?? "", split?.gpuUuid ?? ""] as const;

const plot = (page: Page, name: RegExp) => page.getByRole("img", { name });

/** Where the plots lie on the page. */
async function plotBox(page: Page) {
  const box = await page.getByTestId("plot-plane").first().boundingBox();
  if (box === null) throw new Error("no plot");
  return box;
}

interface SavedFile {
  name: string;
  rows: string[];
}

async function saveCsv(page: Page, button: string): Promise<SavedFile> {
  const csv = page.getByRole("dialog", { name: "CSV" });
  if (!(await csv.isVisible())) await page.getByRole("button", { name: "CSV" }).click();
  const download = page.waitForEvent("download");
  await csv.getByRole("button", { name: button }).click();
  const file = await download;
  return {
    name: file.suggestedFilename(),
    rows: readFileSync(await file.path(), "utf8")
      .trimEnd()
      .split(/\r?\n/),
  };
}

test("brush and zoom: a dragged stretch becomes the range of the page, and Back undoes it", async ({
  page,
  portal,
  standIn,
}) => {
  standIn.replay("load");
  await page.goto(`${portal.url}/gpu?gpu=${ownUuid}&from=-5m`);
  await expect(plot(page, /^Utilisation of GPU 0/)).toBeVisible();
  const box = await plotBox(page);
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.4, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, y, { steps: 5 });
  await page.mouse.up();
  await expect(page.getByRole("button", { name: /^Zoom to 5\d s|^Zoom to 1 m/ })).toBeVisible();
  await page.keyboard.press("z");
  await expect(page).toHaveURL(/from=\d{13}&to=\d{13}/);
  const span = /from=(\d{13})&to=(\d{13})/.exec(page.url());
  expect(Number(span?.[2]) - Number(span?.[1])).toBeLessThan(75_000);
  await page.goBack();
  await expect(page).toHaveURL(/from=-5m/);
});

test("the crosshair is one for all lanes, and a click pins it", async ({
  page,
  portal,
  standIn,
}) => {
  standIn.replay("load");
  await page.goto(`${portal.url}/gpu?gpu=${ownUuid}&from=-2m`);
  await expect(plot(page, /^SM clock of GPU 0/)).toBeVisible();
  const box = await plotBox(page);
  // The newest samples are at the right end.
  await page.mouse.move(box.x + box.width - 12, box.y + 20);
  await expect(page.getByText(/^At \d{2}:\d{2}:\d{2}$/)).toBeVisible();
  await page.mouse.click(box.x + box.width - 12, box.y + 20);
  await expect(page.locator("[data-pinned=true]")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator("[data-pinned=true]")).toHaveCount(0);
});

test("who uses the GPU: its processes by memory, sorted and copied by keyboard", async ({
  page,
  context,
  startOwnPortal,
  ownStandIn,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  ownStandIn.show([
    {
      capture: "h200",
      state: "load",
      processes: [
        { pid: 41_873, name: "/usr/bin/llama-server", memory: "9120 MiB" },
        { pid: 42_210, name: "python3", memory: "19002 MiB" },
      ],
    },
  ]);
  const portal = await startOwnPortal({ ...ownStandIn.settings, GPU_SOURCES: "smi" });
  await page.goto(`${portal.url}/gpu?gpu=${ownUuid}&from=-2m`);
  const panel = page.getByRole("region", { name: "Processes", exact: true }).first();
  const rows = panel.locator("tbody tr");
  await expect(rows).toHaveCount(2, { timeout: 30_000 });
  await expect(rows.first()).toContainText("42210");
  await expect(rows.first()).toContainText("18.6");
  await expect(panel).toContainText("27.5 GiB");
  await panel.getByRole("button", { name: "PID" }).click();
  await expect(rows.first()).toContainText("41873");
  await rows.first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("y");
  await expect(page.getByText("Process 42210 copied")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("42210\tpython3");
  await checkLook(page, "gpu-processes");
});

test("a GPU beside two others, overlaid and one below the other; the address holds it", async ({
  page,
  startOwnPortal,
  ownStandIn,
}) => {
  ownStandIn.replay("load");
  const portal = await startOwnPortal({ ...ownStandIn.settings, GPU_HOST_NAME: "atlas" });
  const hosts = new RemoteHosts(portal);
  await hosts.start(PAST_SECONDS);
  const [own, other] = comparedUuids;
  await page.goto(`${portal.url}/gpu?gpu=${own}&from=-15m`);
  await expect(plot(page, /^Utilisation of GPU 0/)).toBeVisible();
  await page.keyboard.press("c");
  const choice = page.getByRole("dialog", { name: "Compare GPUs" });
  await choice.getByRole("checkbox", { name: /^forge 1 / }).click();
  await expect(choice.getByRole("checkbox", { name: /^forge 1 / })).toBeChecked();
  await choice.getByRole("checkbox", { name: /^edge-02 0/ }).click();
  await expect(choice.getByRole("checkbox", { name: /^edge-02 0/ })).toBeChecked();
  await choice.getByRole("checkbox", { name: /^atlas 0/ }).click();
  await expect(choice.getByRole("checkbox", { name: /^atlas 0/ })).toBeChecked();
  await expect(choice.getByRole("checkbox", { name: /^spark 0/ })).toBeDisabled();
  await expect(page).toHaveURL(new RegExp(`with=${other}`));
  await page.keyboard.press("Escape");
  await expect(plot(page, /^Utilisation of forge 0, forge 1, edge-02 0, atlas 0/)).toBeVisible();
  await checkLook(page, "gpu-compared");

  await page.goto(`${page.url()}&layout=apart`);
  await expect(plot(page, /^Utilisation of forge 0,/)).toHaveCount(1);
  await expect(plot(page, /^Power of edge-02 0,/)).toBeVisible();
  await checkLook(page, "gpu-compared-apart");
  await page.keyboard.press("t");
  const table = page.getByRole("region", { name: /newest first$/ });
  await expect(table.getByRole("columnheader", { name: "forge 1 Power W" })).toBeVisible();

  // The split card: its instances and what they hold together.
  await page.goto(`${portal.url}/gpu?gpu=${other}&from=-15m`);
  const mig = page.getByRole("region", { name: "MIG instances" }).first();
  await expect(mig.getByRole("row")).toHaveCount(5);
  await expect(mig).toContainText("Instances together");
  await mig.getByRole("link", { name: "MIG 1" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("forge 1, MIG 1");
  await checkLook(page, "gpu-mig");
  hosts.stop();
});

test("what is drawn as a file, and every sample of the range with its progress", async ({
  page,
  portal,
  standIn,
}) => {
  standIn.replay("load");
  await page.goto(`${portal.url}/gpu?gpu=${ownUuid}&from=-2m`);
  await expect(plot(page, /^Utilisation of GPU 0/)).toBeVisible();
  const drawn = await saveCsv(page, "Save what is drawn");
  expect(drawn.name).toBe("GPU-0.csv");
  expect(drawn.rows[0]).toContain("power_usage W");
  expect(drawn.rows.length).toBeGreaterThan(2);

  const all = await saveCsv(page, "Save every sample");
  expect(all.name).toMatch(/^gpu-history-.*\.csv$/);
  expect(all.rows[0]).toContain("power_usage");
  expect(all.rows.length).toBeGreaterThan(2);
  const csv = page.getByRole("dialog", { name: "CSV" });
  await expect(csv.getByRole("status")).toContainText(/^Saved [\d,]+ rows$/);
});

test("an export that is cancelled saves nothing and says so", async ({ page, portal, standIn }) => {
  standIn.replay("load");
  // The head comes, the rows never do.
  await page.route("**/api/system/gpu/export**", () => undefined);
  await page.goto(`${portal.url}/gpu?gpu=${ownUuid}&from=-2m`);
  await page.getByRole("button", { name: "CSV" }).click();
  const csv = page.getByRole("dialog", { name: "CSV" });
  await csv.getByRole("button", { name: "Save every sample" }).click();
  await csv.getByRole("button", { name: "Cancel" }).click();
  await expect(csv.getByRole("status")).toHaveText("Cancelled; nothing was saved");
});

for (const hours of [24, -24])
  test(`a browser whose clock is ${hours} h off shows the server's time`, async ({
    page,
    portal,
    standIn,
  }) => {
    standIn.replay("load");
    await page.addInitScript((shiftMs) => {
      const Real = Date;
      globalThis.Date = class extends Real {
        constructor(...given: [] | [number | string | Date]) {
          super(given[0] ?? Real.now() + shiftMs);
        }
        static override now() {
          return Real.now() + shiftMs;
        }
      } as DateConstructor;
    }, hours * 3_600_000);
    await page.goto(`${portal.url}/gpu?gpu=${ownUuid}&from=-2m`);
    await expect(plot(page, /^Utilisation of GPU 0/)).toBeVisible();
    // Nothing is stale, samples arrive, and the range is that of the server's day.
    await expect(page.getByText(/^Stale /)).toHaveCount(0);
    await expect(page.getByText("No samples in this range.")).toHaveCount(0);
    const clock = new Intl.DateTimeFormat("en-GB", {
      timeZone: "Europe/Berlin",
      hour: "2-digit",
      minute: "2-digit",
    });
    const shown = page.getByRole("button", { name: /^Time range/ });
    const near = [0, -60_000].map((shiftMs) => clock.format(Date.now() + shiftMs));
    await expect(shown).toContainText(new RegExp(near.join("|")));
    const title = (await shown.getAttribute("title")) ?? "";
    expect(title).toContain(new Date().toISOString().slice(0, 10));
    const facts = page.getByText(/^as of \d{2}:\d{2}:\d{2}$/);
    await expect(facts).toBeVisible();
  });
