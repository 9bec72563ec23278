import { until } from "../process/portal-process";

/** A series of `/metrics` without labels; 0 when it is not there. */
export async function readMetric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1];
  return Number(value ?? 0);
}

interface DatabaseHealth {
  status: string;
  message: string;
  details: { spool?: { samples: number; bytes: number } } | null;
}

export async function readDatabaseHealth(url: string): Promise<DatabaseHealth> {
  const answer = await fetch(`${url}/api/system/health`);
  const { services } = (await answer.json()) as { services: { database: DatabaseHealth } };
  return services.database;
}

/** Until nothing waits for the database any more, neither on disk nor in memory. */
export async function untilAllIsStored(url: string, limitMs = 60_000): Promise<void> {
  const names = ["sightline_gpu_spool_samples", "sightline_gpu_writer_queued_samples"];
  await until(
    "all waiting samples are stored",
    async () => {
      const waiting = await Promise.all(
        names.map((name) => readMetric(url, name).catch(() => Infinity)),
      );
      return waiting[0] === 0 && (waiting[1] ?? 0) < 100;
    },
    limitMs,
  );
}

/** A question as the page asks it: utilisation of all GPUs over the last `seconds`. */
export async function askHistory(
  url: string,
  { gpuUuid, seconds }: { gpuUuid: string; seconds: number },
) {
  const toMs = Date.now();
  const input = {
    gpuUuids: [gpuUuid],
    metrics: ["utilizationPercent"],
    fromMs: toMs - seconds * 1_000,
    toMs,
    stepMs: null,
  };
  const startedMs = performance.now();
  const query = encodeURIComponent(JSON.stringify(input));
  const answer = await fetch(`${url}/api/trpc/gpu.history?input=${query}`, {
    signal: AbortSignal.timeout(50_000),
  });
  const body = (await answer.json()) as {
    result?: { data: { stale: boolean; series: { timesMs: number[] }[] } };
    error?: { data?: { code?: string } };
  };
  return { status: answer.status, body, durationMs: performance.now() - startedMs };
}
