import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { writeAuditRows } from "@/fixtures/audit-rows";
import { createPrisma } from "@/server/db";
import { cleanUpAll, newDataDir, onCleanUp, postgresOf, startPortal } from "./portal-process";

const root = path.resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

interface Verified {
  code: number;
  stdout: string;
  stderr: string;
}

/** As a person runs it, with the settings of the portal; the database is the one of DATA_DIR. */
async function verify(dataDir: string, args: readonly string[] = [], env = {}): Promise<Verified> {
  const { DATABASE_URL: _own, ...clean } = process.env;
  const options = { cwd: root, env: { ...clean, DATA_DIR: dataDir, ...env } };
  const words = ["scripts/audit-verify.mjs", "--env", "/dev/null", ...args];
  try {
    return { code: 0, ...(await run(process.execPath, words, options)) };
  } catch (error) {
    return error as Verified;
  }
}

const headOf = ({ stdout }: Verified) => /head ([0-9a-f]{64})/.exec(stdout)?.[1] ?? "";

let portal: Awaited<ReturnType<typeof startPortal>>;
let admin: pg.Client;
let dataDir: string;
/** Rows of the start itself, such as that of a first admin, and five of ours. */
let rows = 0;

beforeAll(async () => {
  portal = await startPortal();
  dataDir = portal.dataDir;
  await portal.ready();
  const { url } = postgresOf(dataDir);
  const prisma = createPrisma(url);
  await writeAuditRows(
    prisma,
    Array.from({ length: 5 }, (_, n) => ({ draft: { target: `user-${n}` } })),
  );
  await prisma.$disconnect();
  admin = new pg.Client({ connectionString: url });
  admin.on("error", () => undefined);
  await admin.connect();
  const { rows: counted } = await admin.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM audit_entries",
  );
  rows = counted[0]?.n ?? 0;
  await admin.query("CREATE TABLE kept_entries AS TABLE audit_entries");
  await admin.query("CREATE TABLE kept_head AS TABLE audit_head");
});
afterAll(cleanUpAll);

/** By somebody who owns the database and makes the triggers silent. */
const tamper = (statements: string) =>
  admin.query(`SET session_replication_role = replica; ${statements};`);
beforeEach(async () => {
  if (portal.child.exitCode !== null) return;
  await tamper(`TRUNCATE audit_entries, audit_head;
    INSERT INTO audit_entries SELECT * FROM kept_entries; INSERT INTO audit_head SELECT * FROM kept_head`);
});

test("beside the running portal: intact, with the number of rows and the head", async () => {
  const verified = await verify(dataDir);
  expect(verified.stdout).toMatch(new RegExp(`^Chain intact: ${rows} rows, head [0-9a-f]{64}\\n$`));
  expect(verified.code).toBe(0);
  const expected = await verify(dataDir, ["--expect", headOf(verified).toUpperCase()]);
  expect(expected).toMatchObject({
    code: 0,
    stdout: `${verified.stdout}The expected head is row ${rows}.\n`,
  });
});

test.each([
  ["edited", "UPDATE audit_entries SET target = 'x' WHERE sequence = 2", 2],
  ["removed", "DELETE FROM audit_entries WHERE sequence = 3", 3],
  [
    "reordered",
    "UPDATE audit_entries SET sequence = 99 WHERE sequence = 2; UPDATE audit_entries SET sequence = 2 WHERE sequence = 4; UPDATE audit_entries SET sequence = 4 WHERE sequence = 99",
    2,
  ],
  ["removed", "DELETE FROM audit_entries WHERE sequence > 4", 5],
  ["edited", "UPDATE audit_head SET hash = previous_hash FROM audit_entries", null],
] as const)("a row that was %s is named: %s", async (problem, statements, sequence) => {
  await tamper(statements);
  const { code, stdout } = await verify(dataDir);
  expect(stdout).toContain(`Chain broken: Row ${sequence ?? rows} was ${problem}: `);
  expect(stdout).toContain(`Rows in order before it: ${sequence === null ? rows : sequence - 1}.`);
  expect(code).toBe(1);
});

test("a tail that was cut together with its head shows by a head from elsewhere", async () => {
  const head = headOf(await verify(dataDir));
  await tamper(`DELETE FROM audit_entries WHERE sequence > 4;
    UPDATE audit_head h SET sequence = 4, hash = e.hash FROM audit_entries e WHERE e.sequence = 4`);
  expect(await verify(dataDir)).toMatchObject({ code: 0 });
  const { code, stdout } = await verify(dataDir, ["--expect", head]);
  expect(stdout).toContain("Chain cut: ");
  expect(code).toBe(1);
});

test("nothing to check is neither: exit code 2 and one sentence", async () => {
  const wrong = await verify(dataDir, ["--expect", "abc"]);
  expect(wrong.stderr).toContain("--expect takes the 64 hexadecimal digits of a head.");
  const none = await verify(newDataDir());
  expect(none.stderr).toMatch(/✗ There is no database in .*: set DATA_DIR or DATABASE_URL/);
  const away = await verify(dataDir, [], { DATABASE_URL: "postgresql://a:hush@127.0.0.1:1/b" });
  expect(away.stderr).toContain("The database refuses the connection");
  const { url } = postgresOf(dataDir);
  const empty = await verify(dataDir, [], {
    DATABASE_URL: url.replace(/\/sightline$/, "/postgres"),
  });
  expect(empty.stderr).toContain("This database has no audit yet");
  expect([wrong, none, away, empty].map(({ code }) => code)).toEqual([2, 2, 2, 2]);
  const output = [wrong, none, away, empty].map(({ stdout, stderr }) => stdout + stderr).join();
  expect(output).not.toMatch(/hush|at .*\.m?js:\d/);
});

test("without the portal it starts the database of DATA_DIR, and ends it", async () => {
  onCleanUp(() => admin.end().catch(() => undefined));
  portal.child.kill("SIGTERM");
  expect(await portal.ended()).toBe(0);
  const verified = await verify(dataDir);
  expect(verified.stdout).toMatch(/^Chain intact: /);
  expect(verified.code).toBe(0);
  expect(postgresOf(dataDir).pid).toBe(0);
});
