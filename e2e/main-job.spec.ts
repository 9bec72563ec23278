import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import { checkLook } from "./fixtures/check-look";
import { checkValues } from "./fixtures/check-values";
import { readHistory, readLatest, readRestHistory, readRestLatest } from "./fixtures/read-api";
import { expect, serverIsAway, test } from "./fixtures/story";

test.beforeEach(({ standIn }) => {
  standIn.replay("idle");
});

const pages = [
  { name: "overview", path: () => "/" },
  { name: "fleet", path: () => "/gpus?view=cards" },
  { name: "fleet as a table", path: () => "/gpus?view=table" },
] as const;

for (const { name, path } of pages) {
  test(`a load begins, and the ${name} shows the new values of every GPU by itself`, async ({
    page,
    portal,
    standIn,
  }) => {
    await page.goto(portal.url + path());
    await checkValues(page, standIn.recorded("idle"));
    // A mark that a reload would wipe out.
    await page.evaluate(() => (document.documentElement.dataset.sameDocument = "yes"));

    standIn.replay("load");
    await checkValues(page, standIn.recorded("load"));
    standIn.replay("idle");
    await checkValues(page, standIn.recorded("idle"));
    await expect(page.locator("html")).toHaveAttribute("data-same-document", "yes");
  });
}

test("a load begins, and the page of each GPU shows its new values by itself", async ({
  page,
  portal,
  standIn,
}) => {
  for (const idle of standIn.recorded("idle")) {
    standIn.replay("idle");
    await page.goto(`${portal.url}/gpu?gpu=${idle.gpuUuid}`);
    await checkValues(page, [idle]);
    standIn.replay("load");
    await checkValues(page, standIn.recorded("load").slice(idle.gpuIndex, idle.gpuIndex + 1));
  }
});

test("paused, the values stay; live again, they are those of now", async ({
  page,
  portal,
  standIn,
}) => {
  await page.goto(portal.url);
  await checkValues(page, standIn.recorded("idle"));
  await page.keyboard.press("Space");
  await expect(page).toHaveURL(/paused=1/);
  standIn.replay("load");
  const loaded = standIn.recorded("load")[2]; // the one that differs most
  await expect
    .poll(async () => (await readLatest(portal.url)).gpus[2]?.sample.values.powerWatts)
    .toBe(loaded?.values.powerWatts);
  await checkValues(page, standIn.recorded("idle").slice(2, 3), ["powerWatts"]);
  await page.keyboard.press("Space");
  await checkValues(page, standIn.recorded("load"));
});

/** What only the detailed answer of nvidia-smi gives, once a minute; the recordings are of its query. */
const inDetails: ReadonlySet<string> = new Set<GpuMetric>([
  "pcieReplayCounter",
  "pcieTransmitKbPerSecond",
  "pcieReceiveKbPerSecond",
  "bar1UsedMib",
  "slowdownTemperatureCelsius",
  "computeProcessesCount",
]);

function ofQuery<Value>(record: Partial<Record<GpuMetric, Value>>) {
  return Object.fromEntries(Object.entries(record).filter(([metric]) => !inDetails.has(metric)));
}

test("other tools read the same values: tRPC and REST agree with the recording, each value of each GPU", async ({
  portal,
  standIn,
}) => {
  standIn.replay("load");
  const recorded = standIn.recorded("load");
  await expect
    .poll(async () =>
      (await readLatest(portal.url)).gpus.map(({ sample }) => ofQuery(sample.values)),
    )
    .toEqual(recorded.map(({ values }) => ofQuery(values)));

  const fleet = await readLatest(portal.url);
  expect(fleet.simulated).toBe(false);
  expect(fleet.gpus.map(({ sample }) => ofQuery(sample.missing))).toEqual(
    recorded.map(({ missing }) => ofQuery(missing)),
  );
  await expect
    .poll(async () => (await readLatest(portal.url)).gpus[0]?.sample.values)
    .toMatchObject({ pcieTransmitKbPerSecond: 1_000, pcieReceiveKbPerSecond: 2_000 });
  expect(fleet.gpus.every(({ sample, stale }) => sample.source === "smi" && !stale)).toBe(true);

  for (const { gpuUuid, gpuIndex, gpuName, values } of recorded) {
    const flat = await readRestLatest(portal.url, gpuUuid);
    expect(flat).toMatchObject({
      gpu_uuid: gpuUuid,
      gpu_index: gpuIndex,
      gpu_name: gpuName,
      utilization: values.utilizationPercent,
      gpu_utilization: values.utilizationPercent,
      memory_used: values.memoryUsedMib,
      memory_total: values.memoryTotalMib,
      temperature: values.temperatureCelsius,
      power_usage: values.powerWatts,
      source: "smi",
      simulated: false,
      stale: false,
    });
    expect(flat.gpus).toHaveLength(recorded.length);
  }
});

test("the server restarts: the page comes back by itself, and history holds every sample from before", async ({
  page,
  complaints,
  startOwnPortal,
  ownStandIn,
}) => {
  test.slow();
  complaints.allow(...serverIsAway);
  const portal = await startOwnPortal(ownStandIn.settings);
  await page.goto(portal.url);
  await checkValues(page, ownStandIn.recorded("idle"));
  await page.evaluate(() => (document.documentElement.dataset.sameDocument = "yes"));
  ownStandIn.replay("load");
  await checkValues(page, ownStandIn.recorded("load"));

  // A range that is over, with several samples of each GPU: nothing new falls into it.
  const { serverTimeMs: loadSeenAtMs, gpus } = await readLatest(portal.url);
  await expect
    .poll(async () => (await readLatest(portal.url)).serverTimeMs, { timeout: 30_000 })
    .toBeGreaterThan(loadSeenAtMs + 4_000);
  const query = {
    gpuUuids: gpus.map(({ sample }) => sample.gpuUuid),
    metrics: [...gpuMetrics],
    fromMs: loadSeenAtMs - 120_000,
    toMs: loadSeenAtMs + 3_000,
    stepMs: null,
  };
  const before = await readHistory(portal.url, query);
  expect(before.series).toHaveLength(ownStandIn.recorded("idle").length);
  for (const series of before.series) expect(series.timesMs.length).toBeGreaterThan(1);

  await portal.stop();
  await expect(page.getByText("Live is cut.")).toBeVisible();
  await checkLook(page, "live-cut");
  ownStandIn.replay("idle");
  await portal.start();

  await expect(page.getByText("Live is cut.")).toBeHidden({ timeout: 40_000 });
  await checkValues(page, ownStandIn.recorded("idle"));
  await expect(page.locator("html")).toHaveAttribute("data-same-document", "yes");

  // The new process has an empty memory: what it answers of that time is in Postgres.
  const after = await readHistory(portal.url, query);
  expect(after.stale).toBe(false);
  expect(after.series).toEqual(before.series);

  for (const series of after.series) {
    const items = await readRestHistory(portal.url, {
      gpu: series.gpuUuid,
      sinceMs: query.fromMs,
      limit: 5_000,
    });
    const inRange = items.filter((item) => Date.parse(String(item.recorded_at)) < query.toMs);
    expect(inRange.map((item) => Date.parse(String(item.recorded_at)))).toEqual(series.timesMs);
    expect(inRange.map((item) => item.power_usage)).toEqual(series.mean.powerWatts);
    expect(inRange.map((item) => item.memory_used)).toEqual(series.mean.memoryUsedMib);
  }
});

test("the server is killed, not stopped: no sample that it had stored is lost", async ({
  startOwnPortal,
  ownStandIn,
}) => {
  const portal = await startOwnPortal(ownStandIn.settings);
  await expect
    .poll(
      async () =>
        (await readRestHistory(portal.url, { gpu: "0", sinceMs: 0, limit: 5_000 })).length,
    )
    .toBeGreaterThan(3);
  const before = await readRestHistory(portal.url, { gpu: "0", sinceMs: 0, limit: 5_000 });
  await portal.kill();
  await portal.start();
  const after = await readRestHistory(portal.url, { gpu: "0", sinceMs: 0, limit: 5_000 });
  expect(after.slice(0, before.length)).toEqual(before);
});
