import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { AppError } from "@/server/errors";
import { databaseProblem, requirePostgresVersion } from "./database-problem";

/** The advisory lock of `prisma migrate` itself, so that neither disturbs the other. */
const PRISMA_LOCK = 72_707_369;

const LOCK_LIMIT = "10min";

// As Prisma makes it; `prisma migrate status` and `deploy` read and write the same table.
const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

interface MigrationRow {
  id: string;
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
  logs: string | null;
}

interface ApplyMigrationsOptions {
  url: string;
  /** Holds `<name>/migration.sql`, applied in the order of the names. */
  folder: string;
  log: (text: string) => void;
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const read = names.sort().map(async (name) => {
    const sql = await readFile(path.join(folder, name, "migration.sql"), "utf8");
    return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
  });
  return Promise.all(read);
}

/** Statements that would end the transaction around a migration, or cannot run inside one. */
const ownTransaction =
  /(?:^|;)\s*(?:BEGIN|START\s+TRANSACTION|COMMIT|END|ROLLBACK|VACUUM)\b|\bCONCURRENTLY\b/i;

function requirePlainSql({ name, sql }: Migration): void {
  // Bodies of functions may say BEGIN; only what stands outside of $$ counts.
  const outside = sql.replaceAll(/\$(\w*)\$[\s\S]*?\$\1\$/g, "").replaceAll(/--.*$/gm, "");
  if (!ownTransaction.test(outside)) return;
  throw new AppError(
    "UNAVAILABLE",
    `Migration ${name} has a transaction of its own or a statement that needs none: each file is applied as one transaction, so take BEGIN, COMMIT, CONCURRENTLY and VACUUM out of it.`,
  );
}

/**
 * The schema and the row that says so are one transaction: a process killed at any moment leaves either both or
 * none, and the next start carries on.
 */
async function applyOne(client: pg.Client, migration: Migration): Promise<void> {
  requirePlainSql(migration);
  await client.query("BEGIN");
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw migrationProblem(migration.name, error);
  }
}

function migrationProblem(name: string, error: unknown): AppError {
  if (!(error instanceof pg.DatabaseError)) return databaseProblem(error);
  return new AppError(
    "UNAVAILABLE",
    `Migration ${name} failed and was undone: ${error.message}. Correct it, or use the release that fits this database.`,
    { cause: error },
  );
}

/**
 * A row of Prisma's CLI that was never finished. The CLI applies the SQL of a file as one transaction too, so after
 * a kill (no error text) nothing of it is there; the row is marked as rolled back, as `prisma migrate resolve` does.
 */
async function settleUnfinished(client: pg.Client, rows: readonly MigrationRow[]): Promise<void> {
  const failed = rows.find((row) => row.finished_at === null && (row.logs ?? "") !== "");
  if (failed) {
    throw new AppError(
      "UNAVAILABLE",
      `Migration ${failed.migration_name} failed earlier under Prisma's command line: run "npx prisma migrate resolve --rolled-back ${failed.migration_name}" after its cause is gone.`,
    );
  }
  const killed = rows.filter((row) => row.finished_at === null).map((row) => row.id);
  if (killed.length === 0) return;
  await client.query("UPDATE _prisma_migrations SET rolled_back_at = now() WHERE id = ANY($1)", [
    killed,
  ]);
}

async function applyPending(client: pg.Client, options: ApplyMigrationsOptions): Promise<string[]> {
  const migrations = await readMigrations(options.folder);
  await client.query(CREATE_TABLE);
  const { rows } = await client.query<MigrationRow>(
    "SELECT id, migration_name, checksum, finished_at, logs FROM _prisma_migrations WHERE rolled_back_at IS NULL",
  );
  await settleUnfinished(client, rows);
  const finished = rows.filter((row) => row.finished_at !== null);
  const checksums = new Map(finished.map((row) => [row.migration_name, row.checksum]));
  const applied: string[] = [];
  for (const migration of migrations) {
    const checksum = checksums.get(migration.name);
    checksums.delete(migration.name);
    if (checksum === undefined) {
      await applyOne(client, migration);
      applied.push(migration.name);
      options.log(`migration ${migration.name} applied`);
    } else if (checksum !== migration.checksum) {
      options.log(`migration ${migration.name} was edited after it was applied`);
    }
  }
  const newer = [...checksums.keys()];
  if (newer.length > 0) options.log(`the database has newer migrations: ${newer.join(", ")}`);
  return applied;
}

/** Waits for another portal that applies migrations at this moment. */
async function takeLock(client: pg.Client, log: (text: string) => void): Promise<void> {
  // The server notices that this process is gone (and gives the lock to the next) even inside a long statement.
  await client.query("SET client_connection_check_interval = '1s'").catch(() => undefined);
  const { rows } = await client.query<{ held: boolean }>(
    "SELECT pg_try_advisory_lock($1) AS held",
    [PRISMA_LOCK],
  );
  if (rows[0]?.held === true) return;
  log("another process applies migrations: waiting for it");
  await client.query(`SET lock_timeout = '${LOCK_LIMIT}'`);
  await client.query("SELECT pg_advisory_lock($1)", [PRISMA_LOCK]);
  await client.query("SET lock_timeout = 0");
}

/**
 * Applies what is pending in `folder` and answers its names. Keeps Prisma's own table and takes Prisma's own lock, so
 * that several portals may start at once and `prisma migrate deploy` may be used instead.
 */
export async function applyMigrations(options: ApplyMigrationsOptions): Promise<string[]> {
  const client = new pg.Client({
    connectionString: options.url,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: "sightline migrations",
  });
  client.on("error", () => undefined); // a lost connection fails the statement under way as well
  try {
    await client.connect();
    const version = await client.query<{ number: number }>(
      "SELECT current_setting('server_version_num')::int AS number",
    );
    requirePostgresVersion(version.rows[0]?.number ?? 0);
    await takeLock(client, options.log);
    return await applyPending(client, options);
  } catch (error) {
    throw databaseProblem(error);
  } finally {
    await client.end().catch(() => undefined); // gives the lock back too
  }
}
