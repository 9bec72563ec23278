import type { PrismaClient } from "@/prisma/generated/client";

interface Row {
  version: string;
  total: number;
  active: number;
}

/** Asks the database for its version and for our own connections; under the prescribed keys of the health report. */
export function createDatabaseProbe(prisma: Pick<PrismaClient, "$queryRaw">) {
  return async (): Promise<Record<string, unknown>> => {
    const [row] = await prisma.$queryRaw<Row[]>`
      SELECT current_setting('server_version') AS version,
             count(*)::int AS total,
             (count(*) FILTER (WHERE state <> 'idle'))::int AS active
        FROM pg_stat_activity
       WHERE application_name = current_setting('application_name')
         AND datname = current_database()`;
    if (!row) throw new Error("the database answered without a row");
    const { version, total, active } = row;
    return {
      version,
      pool: {
        size: total,
        overflow: 0,
        checkedin: total - active,
        checkedout: active,
        total_connections: total,
      },
    };
  };
}
