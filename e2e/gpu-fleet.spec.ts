import type { Page } from "@playwright/test";
import { checkLook, findAccessibilityFaults, findOverflow } from "./fixtures/check-look";
import { remoteGpus, RemoteHosts } from "./fixtures/remote-hosts";
import type { Portal } from "./fixtures/start-portal";
import { expect, test } from "./fixtures/story";

const PAST_SECONDS = 600;
const fleetPath = "/gpus?from=-10m";
const forge = remoteGpus.filter(({ host }) => host === "forge");
const split = forge.find(({ gpuIndex, parentUuid }) => gpuIndex === 1 && !parentUuid);
const splitUuid = split?.gpuUuid ?? "";

const heatRow = (page: Page, gpuUuid: string) => page.locator(`[data-heat="${gpuUuid}"]`);
const tableRow = (page: Page, gpuUuid: string) => page.locator(`tr[data-gpu="${gpuUuid}"]`);
const rowOrder = (page: Page) =>
  page
    .locator("tr[data-gpu]")
    .evaluateAll((rows) => rows.map((row) => row.getAttribute("data-gpu")));

/** A portal whose own host has four cards and to which three others send. */
const several = test.extend<{ fleet: Portal; hosts: RemoteHosts }>({
  fleet: async ({ startOwnPortal, ownStandIn }, use) => {
    ownStandIn.replay("load");
    await use(await startOwnPortal({ ...ownStandIn.settings, GPU_HOST_NAME: "atlas" }));
  },
  hosts: async ({ fleet }, use) => {
    const hosts = new RemoteHosts(fleet);
    await hosts.start(PAST_SECONDS);
    await use(hosts);
    hosts.stop();
  },
});

several(
  "several hosts with split cards: map and table show each GPU and instance, and a lost host says since when",
  async ({ page, fleet, hosts }) => {
    await page.goto(fleet.url + fleetPath);
    await expect(page.getByText(/on 4 hosts/).first()).toBeVisible();

    // The map: names with their host, instances below their GPU, and cells over the ten minutes that were sent.
    await expect(heatRow(page, splitUuid)).toContainText("forge 1");
    const instances = forge.filter(({ parentUuid }) => parentUuid === splitUuid);
    for (const [place, instance] of instances.entries()) {
      await expect(heatRow(page, instance.gpuUuid)).toContainText(`MIG ${place}`);
      await expect(heatRow(page, instance.gpuUuid)).toContainText(instance.migProfile ?? "");
    }
    const cells = await heatRow(page, splitUuid)
      .locator("svg path")
      .evaluateAll(
        (paths) =>
          paths
            .map((path) => path.getAttribute("d"))
            .join("")
            .split("M").length,
      );
    expect(cells).toBeGreaterThan(50);

    // The table: hosts as groups, instances as rows of their GPU, memory that is shared told as such.
    await expect(page.getByRole("rowheader", { name: /^forge/ })).toContainText("2 GPUs");
    const order = await rowOrder(page);
    expect(order.slice(order.indexOf(splitUuid))).toEqual(
      expect.arrayContaining(instances.map(({ gpuUuid }) => gpuUuid)),
    );
    const spark = remoteGpus.find(({ memoryKind }) => memoryKind === "unified")?.gpuUuid ?? "";
    await expect(tableRow(page, spark)).toContainText("unified memory");
    await expect(tableRow(page, spark)).toContainText("not computed");
    await expect(page.getByTestId(`gpu-${spark}-memoryUsedMib`).first()).toHaveAttribute(
      "data-value",
      "",
    );

    // Closed in one place, closed in the other.
    await page.getByRole("button", { name: "MIG instances of forge 1", exact: true }).click();
    await expect(tableRow(page, instances[0]?.gpuUuid ?? "")).toHaveCount(0);
    await expect(heatRow(page, instances[0]?.gpuUuid ?? "")).toHaveCount(0);
    await page.getByRole("button", { name: "MIG instances of forge 1 in the heat map" }).click();
    await expect(heatRow(page, instances[0]?.gpuUuid ?? "")).toBeVisible();

    hosts.lose("edge-02");
    await expect(page.getByRole("rowheader", { name: /^edge-02/ })).toContainText(
      /lost since \d{2}:\d{2}:\d{2}/,
      { timeout: 30_000 },
    );
    await checkLook(page, "fleet-of-hosts");
    await page.goto(`${fleet.url}/gpus?view=cards&from=-10m`);
    await expect(page.getByRole("article", { name: "forge 1" })).toContainText("MIG × 3");
    await expect(page.getByRole("article", { name: "edge-02 0" })).toContainText("Last known");
    await checkLook(page, "cards-of-hosts");
    await page.goto(`${fleet.url}/?from=-10m`);
    await expect(page.getByText("8 on 4 hosts")).toBeVisible();
    await checkLook(page, "overview-of-hosts");
  },
);

several("the map and the filter work by keyboard alone", async ({ page, fleet, hosts: _hosts }) => {
  await page.goto(fleet.url + fleetPath);
  const map = page.getByRole("group", { name: /^Heat map of SM/ });
  await expect(heatRow(page, splitUuid)).toBeVisible();
  await map.focus();
  const selected = page.locator("[data-heat][data-selected=true]");
  await page.keyboard.press("ArrowDown");
  await expect(selected).toContainText("atlas 0");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await expect(selected).toContainText("atlas 0");
  // The cursor goes through the cells; the figure beside a row is then of that time.
  await page.keyboard.press("ArrowLeft");
  await expect(page.locator("[data-pinned=true]")).toBeVisible();
  await page.keyboard.press("Escape");

  await page.keyboard.press("/");
  await page.keyboard.type("forge mig");
  await expect(page).toHaveURL(/[?&]q=forge\+mig/);
  await expect(page.locator("tr[data-gpu]")).toHaveCount(4);
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/q=/);
  await page.keyboard.type("no such card");
  await expect(page.getByText("No GPU has “no such card”")).toBeVisible();
  await page.getByRole("button", { name: "Drop the filter" }).last().click();
  await expect(page.locator("tr[data-gpu]").first()).toBeVisible();

  // Rows of the table: j goes down, the left arrow closes a split card, Enter opens a GPU.
  const rows = page.locator("tr[data-gpu]");
  const before = await rows.count();
  await page.locator("main").focus();
  for (let press = 0; press < 6; press += 1) await page.keyboard.press("j");
  await expect(tableRow(page, splitUuid)).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(rows).toHaveCount(before - 3);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/gpu\\?gpu=${splitUuid}`));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("forge 1");
});

test("a value that cannot be is set aside: the page lists it with its raw text, and draws no 0", async ({
  page,
  startOwnPortal,
  ownStandIn,
}) => {
  ownStandIn.show([
    { capture: "h200", state: "load", override: { "utilization.gpu": "9223372036854775792 %" } },
  ]);
  const portal = await startOwnPortal({ ...ownStandIn.settings, GPU_SOURCES: "smi" });
  await page.goto(`${portal.url}/gpus`);
  const panel = page.getByRole("region", { name: "Values set aside", exact: true });
  await expect(panel.getByRole("row").nth(1)).toContainText("GPU 0Utilisation %nvidia-smi");
  await expect(panel).toContainText("922337203685477");
  await expect(page.locator('[data-testid$="-utilizationPercent"]').first()).toHaveAttribute(
    "data-value",
    "",
  );
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    expect.soft(await findOverflow(page), `${width}`).toEqual([]);
    expect.soft(await findAccessibilityFaults(page), `${width}`).toEqual([]);
  }
});
