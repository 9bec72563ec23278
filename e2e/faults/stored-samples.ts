import pg from "pg";

/** Runs one statement on a connection of its own. */
export async function queryDatabase<Row extends pg.QueryResultRow>(
  url: string,
  statement: string,
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** How often each sample is stored, by its key (watch-ticks.ts). */
export async function readStoredSamples(url: string): Promise<Map<string, number>> {
  const rows = await queryDatabase<{ key: string }>(
    url,
    `SELECT d.uuid || ' ' || round(extract(epoch FROM s.recorded_at) * 1000)::bigint AS key
       FROM gpu_stats s JOIN gpu_devices d ON d.id = s.device_id`,
  );
  const counts = new Map<string, number>();
  for (const { key } of rows) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

export function missingFrom(stored: ReadonlyMap<string, number>, keys: Iterable<string>): string[] {
  return [...keys].filter((key) => !stored.has(key));
}

export function storedTwice(stored: ReadonlyMap<string, number>): string[] {
  return [...stored].filter(([, count]) => count > 1).map(([key]) => key);
}
