import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { withTestDatabase } from "@/fixtures/test-database";
import { applyMigrations } from "./apply-migrations";

const root = path.resolve(import.meta.dirname, "../..");
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function writeMigrations(files: Record<string, string>, into?: string): string {
  const folder = into ?? mkdtempSync(path.join(tmpdir(), "sightline-migrations-"));
  if (into === undefined) folders.push(folder);
  for (const [name, sql] of Object.entries(files)) {
    mkdirSync(path.join(folder, name), { recursive: true });
    writeFileSync(path.join(folder, name, "migration.sql"), sql);
  }
  return folder;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Columns, indexes and constraints: what makes two schemas equal. */
function readSchema(url: string) {
  return query(
    url,
    `SELECT table_name AS a, column_name AS b, concat_ws('/', data_type, is_nullable, column_default) AS c
       FROM information_schema.columns WHERE table_schema = 'public'
     UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
     UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
       WHERE connamespace = 'public'::regnamespace
     ORDER BY 1, 2, 3`,
  );
}

function readRows(url: string) {
  return query(
    url,
    `SELECT migration_name AS name, finished_at IS NOT NULL AS finished, rolled_back_at IS NOT NULL AS undone
       FROM _prisma_migrations ORDER BY started_at, migration_name`,
  );
}

async function migrate(url: string, folder: string, log: string[] = []) {
  return applyMigrations({ url, folder, log: (text) => log.push(text) });
}

function migrateInProcess(url: string, folder: string) {
  const file = path.join(root, "fixtures/database-child.ts");
  const child = spawn(process.execPath, ["--import", "tsx", file, "migrate", url, folder], {
    cwd: root,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const answer = new Promise<{ applied?: string[]; problem?: string } | null>((resolve) => {
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
    child.once("close", () => {
      resolve(text === "" ? null : (JSON.parse(text) as { applied?: string[] }));
    });
  });
  return { child, answer };
}

const files = {
  "20260101000000_first": `CREATE TABLE a (id BIGINT PRIMARY KEY, at TIMESTAMPTZ NOT NULL DEFAULT now());
    CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END; $$;`,
  "20260102000000_second":
    "CREATE INDEX a_at ON a (at); CREATE TABLE b (id BIGINT REFERENCES a (id));",
};

test("applies in order, and nothing the second time", async () => {
  const { url } = await withTestDatabase({ migrated: false });
  const folder = writeMigrations(files);
  expect(await migrate(url, folder)).toEqual(Object.keys(files));
  const schema = await readSchema(url);
  expect(schema.length).toBeGreaterThan(5);
  expect(await migrate(url, folder)).toEqual([]);
  expect(await readSchema(url)).toEqual(schema);
  const third = { "20260103000000_third": "CREATE TABLE c (id INT)" };
  expect(await migrate(url, writeMigrations(third, folder))).toEqual(Object.keys(third));
});

test("of three processes at once one applies and all succeed", async () => {
  const { url } = await withTestDatabase({ migrated: false });
  const slow = { "20260101000000_first": `SELECT pg_sleep(1); ${files["20260101000000_first"]}` };
  const folder = writeMigrations({ ...files, ...slow });
  const answers = await Promise.all([1, 2, 3].map(() => migrateInProcess(url, folder).answer));
  const counts = answers.map((answer) => answer?.applied?.length).sort();
  expect(counts).toEqual([0, 0, 2]);
  expect((await readRows(url)).map((row) => row.name)).toEqual(Object.keys(files));
});

test("a process killed half-way through a file leaves nothing of it, and the next start completes it", async () => {
  const { url } = await withTestDatabase({ migrated: false });
  const second = "20260102000000_second";
  const body = files[second];
  const folder = writeMigrations({ ...files, [second]: `${body} SELECT pg_sleep(300);` });
  const { child, answer } = migrateInProcess(url, folder);
  const sleeping =
    "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
  while ((await query(url, sleeping)).length === 0) await sleep(20);
  child.kill("SIGKILL");
  expect(await answer).toBeNull();

  // The same content as a fresh database gets; the killed statement is noticed by the server within a second.
  writeMigrations({ [second]: body }, folder);
  expect(await migrate(url, folder)).toEqual([second]);
  const fresh = await withTestDatabase({ migrated: false });
  await migrate(fresh.url, folder);
  expect(await readSchema(url)).toEqual(await readSchema(fresh.url));
  expect(await readRows(url)).toEqual(await readRows(fresh.url));
});

describe("a file that fails", () => {
  test("is undone as a whole, says why, and is applied once it is right", async () => {
    const { url } = await withTestDatabase({ migrated: false });
    const bad = { "20260101000000_bad": "CREATE TABLE half (id INT); SELECT no_such_function();" };
    const folder = writeMigrations(bad);
    await expect(migrate(url, folder)).rejects.toThrow(
      /Migration 20260101000000_bad failed and was undone: function no_such_function\(\) does not exist/,
    );
    expect(await query(url, "SELECT to_regclass('half') AS half")).toEqual([{ half: null }]);
    writeMigrations({ "20260101000000_bad": "CREATE TABLE half (id INT)" }, folder);
    expect(await migrate(url, folder)).toEqual(["20260101000000_bad"]);
  });

  test.each([
    "CREATE TABLE x (id INT); COMMIT; CREATE TABLE y (id INT)",
    "CREATE INDEX CONCURRENTLY i ON x (id)",
  ])("cannot leave its transaction: %s", async (sql) => {
    const { url } = await withTestDatabase({ migrated: false });
    await expect(migrate(url, writeMigrations({ "1_own": sql }))).rejects.toThrow(
      /Migration 1_own has a transaction of its own/,
    );
  });
});

describe("rows of Prisma's command line", () => {
  const insert = (logs: string) =>
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, logs)
       VALUES ('x', 'x', '20260102000000_second', ${logs})`;

  test("killed before it finished: applied again", async () => {
    const { url } = await withTestDatabase({ migrated: false });
    const folder = writeMigrations({ "20260101000000_first": files["20260101000000_first"] });
    await migrate(url, folder);
    await query(url, insert("NULL"));
    writeMigrations(files, folder);
    expect(await migrate(url, folder)).toEqual(["20260102000000_second"]);
    const second = (await readRows(url)).filter((row) => row.name === "20260102000000_second");
    expect(second.filter((row) => row.finished === true)).toHaveLength(1);
    expect(second.filter((row) => row.undone === true)).toHaveLength(1);
  });

  test("failed: a person decides", async () => {
    const { url } = await withTestDatabase({ migrated: false });
    const folder = writeMigrations({ "20260101000000_first": files["20260101000000_first"] });
    await migrate(url, folder);
    await query(url, insert("'division by zero'"));
    await expect(migrate(url, folder)).rejects.toThrow(/npx prisma migrate resolve --rolled-back/);
  });
});

test("says when a file was edited afterwards and when the database is newer", async () => {
  const { url } = await withTestDatabase({ migrated: false });
  await migrate(url, writeMigrations(files));
  const log: string[] = [];
  const edited = { "20260101000000_first": "SELECT 1" };
  expect(await migrate(url, writeMigrations(edited), log)).toEqual([]);
  expect(log.join("\n")).toContain("20260101000000_first was edited after it was applied");
  expect(log.join("\n")).toContain("newer migrations: 20260102000000_second");
});

test("Prisma's own command line agrees about the product's migrations", async () => {
  const { url } = await withTestDatabase();
  const run = promisify(execFile);
  const prisma = path.join(root, "node_modules/.bin/prisma");
  const env = { ...process.env, DATABASE_URL: url };
  const status = await run(prisma, ["migrate", "status"], { cwd: root, env });
  expect(status.stdout).toContain("Database schema is up to date");
  const deploy = await run(prisma, ["migrate", "deploy"], { cwd: root, env });
  expect(deploy.stdout).toContain("No pending migrations to apply");
});
