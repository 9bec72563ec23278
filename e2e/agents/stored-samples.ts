import { createHash } from "node:crypto";
import pg from "pg";
import { gpuMetricFacts, gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import type { GpuSample } from "@/domain/gpu/gpu-sample";

/** Of one GPU: how many samples, and one checksum over the time and every value of all of them. */
export type GpuTotals = Record<string, { count: number; checksum: string }>;

function totalsOf(lines: ReadonlyMap<string, readonly string[]>): GpuTotals {
  return Object.fromEntries(
    [...lines].sort().map(([uuid, list]) => {
      const text = [...list].sort().join("\n");
      return [uuid, { count: list.length, checksum: createHash("md5").update(text).digest("hex") }];
    }),
  );
}

function addLine(lines: Map<string, string[]>, uuid: string, parts: readonly unknown[]): void {
  lines.set(uuid, [...(lines.get(uuid) ?? []), JSON.stringify(parts)]);
}

/** Of samples as an agent has read them. */
export function totalsOfSamples(samples: readonly GpuSample[]): GpuTotals {
  const lines = new Map<string, string[]>();
  for (const { gpuUuid, host, source, recordedAtMs, values } of samples)
    addLine(lines, gpuUuid, [recordedAtMs, host, source, ...gpuMetrics.map((m) => values[m])]);
  return totalsOf(lines);
}

/** Of the rows of a database, for these GPUs. */
export async function totalsOfDatabase(url: string, uuids: readonly string[]): Promise<GpuTotals> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const columns = gpuMetrics.map((metric) => `s.${gpuMetricFacts[metric].key}`).join(", ");
    const { rows } = await client.query<{ uuid: string; values: unknown[] }>(
      `SELECT d.uuid, json_build_array((extract(epoch FROM s.recorded_at) * 1000)::bigint, d.host, s.source, ${columns}) AS values
         FROM gpu_stats s JOIN gpu_devices d ON d.id = s.device_id
        WHERE d.uuid = ANY($1)`,
      [uuids],
    );
    const lines = new Map<string, string[]>();
    for (const { uuid, values } of rows) addLine(lines, uuid, values);
    return totalsOf(lines);
  } finally {
    await client.end();
  }
}
