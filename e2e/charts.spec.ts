import { renameSync, writeFileSync } from "node:fs";
import type { Locator } from "@playwright/test";
import { findAccessibilityFaults, findOverflow } from "./fixtures/check-look";
import { expect, test } from "./fixtures/story";
import type { StandIn } from "./fixtures/stand-in";

const idleGpu = "/gpu?gpu=GPU-51900000-0000-4000-8000-000000000000&from=-20s";

/** One GPU that does nothing at all: every percentage is a measured 0. */
function replayZeros(standIn: StandIn): void {
  const override = { "utilization.gpu": "0 %", "utilization.memory": "0 %" };
  const gpus = [{ capture: "rtx-4080-super", state: "idle", override }];
  writeFileSync(`${standIn.controlFile}.new`, JSON.stringify({ gpus, mode: "ok" }));
  renameSync(`${standIn.controlFile}.new`, standIn.controlFile);
}

/** How many columns of a canvas have colour in its lowest rows. */
function colouredColumns(canvas: Locator): Promise<number> {
  return canvas.evaluate((element: HTMLCanvasElement) => {
    const rows = Math.ceil(4 * window.devicePixelRatio);
    const context = element.getContext("2d");
    const foot = context?.getImageData(0, element.height - rows, element.width, rows).data ?? [];
    const columns = new Set<number>();
    for (let pixel = 0; pixel < foot.length / 4; pixel += 1)
      if ((foot[pixel * 4 + 3] ?? 0) > 100) columns.add(pixel % element.width);
    return columns.size;
  });
}

test("a measured 0 is a line on the floor of its plot, not an empty plot", async ({
  page,
  startOwnPortal,
  ownStandIn,
}) => {
  replayZeros(ownStandIn);
  const portal = await startOwnPortal({ ...ownStandIn.settings, GPU_SOURCES: "smi" });
  await page.goto(portal.url + idleGpu);
  const plot = page.getByRole("img", { name: /^Utilisation of GPU 0/ });
  await expect(plot).toBeVisible();
  await expect.poll(() => colouredColumns(plot.locator("canvas"))).toBeGreaterThan(50);

  await page.goto(`${portal.url}/?from=-20s`);
  const fleetPlot = page.getByRole("img", { name: /^Utilisation of all GPUs/ });
  await expect.poll(() => colouredColumns(fleetPlot.locator("canvas"))).toBeGreaterThan(50);

  // The line of a card: its whole width lies inside the picture.
  const line = page
    .getByRole("article", { name: "GPU 0" })
    .locator("svg[preserveAspectRatio] g path")
    .first();
  await expect(line).toHaveAttribute("d", /L/);
  const roomBelow = await line.evaluate((path: SVGPathElement) => {
    const svg = path.ownerSVGElement;
    const matrix = path.getScreenCTM();
    if (svg === null || matrix === null) return -1;
    const floor = new DOMPoint(0, path.getBBox().y).matrixTransform(matrix);
    return svg.getBoundingClientRect().bottom - floor.y;
  });
  expect(roomBelow).toBeGreaterThanOrEqual(0.75); // half of its 1.5 px
});

const drawn = [
  { path: "/", name: /^Utilisation of all GPUs/, file: "gpus-over-time.csv" },
  { path: "/gpus", name: /^SM of each GPU/, file: "gpus-sm-over-time.csv" },
];

for (const { path, name, file } of drawn) {
  test(`on ${path} the chart is also a table (t) and a CSV, and the address says which`, async ({
    page,
    portal,
    standIn,
  }) => {
    standIn.replay("load");
    await page.goto(portal.url + path);
    await expect(page.getByRole("img", { name })).toBeVisible();
    await page.keyboard.press("t");
    await expect(page).toHaveURL(/[?&]charts=table/);
    const table = page.getByRole("region", { name: /newest first$/ });
    await expect(table.getByRole("row").nth(1)).toContainText(/\d{2}:\d{2}:\d{2}/);
    await expect(page.getByRole("img", { name })).toHaveCount(0);
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect.soft(await findOverflow(page), `${width}`).toEqual([]);
      expect.soft(await findAccessibilityFaults(page), `${width}`).toEqual([]);
    }
    await page.setViewportSize({ width: 1440, height: 900 });

    await page.reload();
    await expect(table).toBeVisible();
    const download = page.waitForEvent("download");
    await page
      .getByRole("region", { name: /over time|^Heat map/ })
      .getByRole("button", { name: "CSV" })
      .click();
    expect((await download).suggestedFilename()).toBe(file);

    await page.keyboard.press("t");
    await expect(page).not.toHaveURL(/charts=/);
    await expect(page.getByRole("img", { name })).toBeVisible();
  });
}

test("why a value is missing is seen on hover and on keyboard focus, on a card too", async ({
  page,
  portal,
  standIn,
}) => {
  standIn.replay("load");
  const mig = standIn.recorded("load").find(({ values }) => values.utilizationPercent === null);
  await page.goto(portal.url);
  const gauge = page
    .getByRole("article", { name: `GPU ${mig?.gpuIndex}` })
    .getByRole("img", { name: /^Utilisation of GPU/ });
  const reason = page.locator("[data-reason]");
  await gauge.hover();
  await expect(reason).toHaveText("not supported by this board");
  await page.mouse.move(0, 0);
  await expect(reason).toHaveCount(0);
  await page
    .getByRole("article", { name: `GPU ${mig?.gpuIndex}` })
    .getByRole("link")
    .focus();
  await page.keyboard.press("Tab");
  await expect(reason).toBeVisible();
});
