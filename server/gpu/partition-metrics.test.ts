import { Registry } from "@prometheus-io/client";
import { expect, test } from "vitest";
import type { PartitionJobState } from "./partition-job";
import { registerPartitionMetrics } from "./partition-metrics";
import { partitionAt, rawTable, rollUpTables } from "./partition-tables";

const NOON = Date.UTC(2026, 4, 2, 12);

async function textOf(state: PartitionJobState): Promise<string> {
  const registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
  registerPartitionMetrics({ registry, partitionJob: { state: () => state }, nowMs: () => NOON });
  return registry.metrics();
}

const state: PartitionJobState = {
  isRunning: true,
  lastRuns: { seal: { isOk: false, atMs: NOON - 1_000 }, rollUp: { isOk: true, atMs: NOON } },
  partitions: [
    { ...partitionAt(rawTable, NOON - 86_400_000), bytes: 100, aboutRows: 10 },
    { ...partitionAt(rawTable, NOON), bytes: 11, aboutRows: 1 },
    { ...partitionAt(rollUpTables["1m"], NOON), bytes: 7, aboutRows: 3 },
  ],
  upkeep: {
    rolledToMs: { "10s": NOON, "1m": NOON, "1h": NOON },
    oldestChangeMs: NOON - 12_500,
    sealedToMs: 0,
  },
};

test("rows, bytes, lags and the results of the last runs", async () => {
  const text = await textOf(state);
  for (const line of [
    'sightline_gpu_stored_rows{table="gpu_stats"} 11',
    'sightline_gpu_stored_bytes{table="gpu_stats"} 111',
    'sightline_gpu_stored_bytes{table="gpu_hours"} 0',
    'sightline_gpu_stored_bytes{table="gpu_rollup_1m"} 7',
    'sightline_gpu_rollup_lag_seconds{level="10s"} 12.5',
    'sightline_gpu_seal_lag_seconds{level="raw"} 43200',
    'sightline_gpu_upkeep_last_run_ok{task="seal"} 0',
    'sightline_gpu_upkeep_last_run_ok{task="rollUp"} 1',
    `sightline_gpu_upkeep_last_run_seconds{task="seal"} ${NOON / 1_000 - 1}`,
  ])
    expect(text).toContain(`${line}\n`);
});

test("a portal that does not keep the tables shows nothing of them", async () => {
  expect(await textOf({ ...state, isRunning: false })).not.toMatch(/^sightline_gpu_\w+\{/m);
});
