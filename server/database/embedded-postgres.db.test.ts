import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, describe, expect, test } from "vitest";
import { dataFolderAt, openDataDir } from "./data-folder";
import { startEmbeddedDatabase, type EmbeddedDatabaseState } from "./embedded-postgres";
import { findPostgresBinaries, postgresMajor } from "./postgres-binaries";
import { isZombie, processIdentity } from "./process-identity";
import { findSystemAccount } from "./system-account";

const root = path.resolve(import.meta.dirname, "../..");
const isRoot = process.getuid?.() === 0;
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

function newDataDir(): string {
  const dir = mkdtempSync(path.join(tmpdir(), "sightline-embedded-"));
  cleanUp.push(() => {
    rmSync(dir, { recursive: true, force: true });
  });
  return dir;
}

async function start(dataDir: string, states: EmbeddedDatabaseState[] = []) {
  const log: string[] = [];
  const database = await startEmbeddedDatabase({
    dataDir,
    log: (text) => log.push(text),
    onState: (state) => states.push(state),
  });
  cleanUp.push(() => database.stop());
  return { ...database, logged: () => log.join("\n") };
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows.map(
      (row) => Object.values(row)[0],
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function until(what: string, done: () => boolean | Promise<boolean>, limitMs = 20_000) {
  const end = performance.now() + limitMs;
  while (!(await done())) {
    if (performance.now() > end) throw new Error(`did not happen: ${what}`);
    await sleep(20);
  }
}

function startChild(args: string[]): {
  child: ChildProcess;
  ready: Promise<Record<string, unknown>>;
} {
  const file = path.join(root, "fixtures/database-child.ts");
  const child = spawn(process.execPath, ["--import", "tsx", file, ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "ignore"],
  });
  cleanUp.push(() => child.kill("SIGKILL"));
  const ready = new Promise<Record<string, unknown>>((resolve, reject) => {
    child.stdout.setEncoding("utf8").once("data", (line: string) => {
      resolve(JSON.parse(line) as Record<string, unknown>);
    });
    child.once("exit", () => {
      reject(new Error("the child ended without a word"));
    });
  });
  return { child, ready };
}

async function ended(child: ChildProcess): Promise<void> {
  await until("end of the child", () => child.exitCode !== null || child.signalCode !== null);
}

const makeRow = "CREATE TABLE kept AS SELECT 42 AS answer";
const readRow = "SELECT answer FROM kept";

test("a first start makes a database with a password, a second one finds its rows", async () => {
  const dataDir = newDataDir();
  const first = await start(dataDir);
  await query(first.url, makeRow);
  expect(await query(first.url, "SHOW listen_addresses")).toEqual(["127.0.0.1"]);
  expect(await query(first.url, "SHOW data_checksums")).toEqual(["on"]);
  expect(statSync(path.join(dataDir, "postgres.password")).mode & 0o777).toBe(0o600);
  const withoutPassword = new URL(first.url);
  withoutPassword.password = "wrong";
  await expect(query(withoutPassword.href, "SELECT 1")).rejects.toMatchObject({ code: "28P01" });

  const pid = first.pid();
  await first.stop();
  expect(first.pid()).toBeNull();
  expect(processIdentity(pid ?? 0)).toBeNull();
  expect(existsSync(path.join(dataDir, "portal.lock"))).toBe(false);

  const second = await start(dataDir);
  expect(await query(second.url, readRow)).toEqual([42]);
});

test("a server with sessions and a statement under way stops", async () => {
  const database = await start(newDataDir());
  const running = query(database.url, "SELECT pg_sleep(600)").catch((error: unknown) => error);
  await until("the statement runs", async () => {
    const found = await query(
      database.url,
      "SELECT count(*)::int FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'",
    );
    return found[0] === 1;
  });
  const pid = database.pid() ?? 0;
  await database.stop();
  expect(processIdentity(pid)).toBeNull();
  expect(await running).toBeInstanceOf(Error);
});

describe("after kill -9", () => {
  test("of the portal: the orphan is ended and its rows are there", async () => {
    const dataDir = newDataDir();
    const { child, ready } = startChild(["start", dataDir]);
    const { url, pid } = await ready;
    await query(String(url), makeRow);
    child.kill("SIGKILL");
    await ended(child);
    const orphan = processIdentity(Number(pid));
    expect(orphan).not.toBeNull();

    const database = await start(dataDir);
    expect(database.logged()).toContain(`PostgreSQL server ${String(pid)}`);
    expect(processIdentity(Number(pid))).not.toBe(orphan);
    expect(await query(database.url, readRow)).toEqual([42]);
  });

  test("of portal and PostgreSQL: the next start recovers", async () => {
    const dataDir = newDataDir();
    const { child, ready } = startChild(["start", dataDir]);
    const { url, pid } = await ready;
    await query(String(url), makeRow);
    child.kill("SIGKILL");
    process.kill(Number(pid), "SIGKILL");
    await ended(child);
    const database = await start(dataDir);
    expect(await query(database.url, readRow)).toEqual([42]);
  });

  test("of PostgreSQL: it runs again at the same address", async () => {
    const states: EmbeddedDatabaseState[] = [];
    const database = await start(newDataDir(), states);
    await query(database.url, makeRow);
    const pid = database.pid() ?? 0;
    process.kill(pid, "SIGKILL");
    await until("a new server", () => database.pid() !== null && database.pid() !== pid);
    expect(await query(database.url, readRow)).toEqual([42]);
    expect(states.map((state) => state.state)).toEqual(["running", "restarting", "running"]);
    // It had said nothing but how it was built and that it listens.
    expect(database.logged()).toBe("PostgreSQL ended unexpectedly");
  });

  test("of PostgreSQL, and the portal is stopped before it runs again", async () => {
    const states: EmbeddedDatabaseState[] = [];
    const database = await start(newDataDir(), states);
    process.kill(database.pid() ?? 0, "SIGKILL");
    await until("the end is seen", () => database.pid() === null);
    await database.stop();
    expect(states.at(-1)).toEqual({ state: "stopped" });
    await expect(query(database.url, "SELECT 1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test.each([
    ["a zombie", "sleep 60 & echo $!; exec sleep 60"],
    ["another program", "sleep 60 & echo $!; wait"],
  ])("the lock file names %s", async (_, script) => {
    const dataDir = newDataDir();
    const first = await start(dataDir);
    const lockFile = path.join(dataFolderAt(dataDir).clusterDir, "postmaster.pid");
    const lines = readFileSync(lockFile, "utf8").split("\n").slice(1);
    await first.stop();

    const account = (await findSystemAccount()) ?? {};
    const keeper = spawn("sh", ["-c", script], { ...account, stdio: ["ignore", "pipe", "ignore"] });
    cleanUp.push(() => keeper.kill("SIGKILL"));
    const pid = await new Promise<number>((resolve) => {
      keeper.stdout.once("data", (text: Buffer) => {
        resolve(Number(String(text)));
      });
    });
    cleanUp.push(() => processIdentity(pid) !== null && process.kill(pid, "SIGKILL"));
    if (script.includes("exec")) {
      // Its parent is the shell until then, which would bury it.
      const programOf = () => readFileSync(`/proc/${keeper.pid ?? 0}/comm`, "utf8").trim();
      await until("its parent is sleep", () => programOf() === "sleep");
      process.kill(pid, "SIGKILL");
      await until("a zombie", () => isZombie(pid));
    }
    writeFileSync(lockFile, [pid, ...lines].join("\n"), { mode: 0o600 });
    if (isRoot) chownSync(lockFile, (await findSystemAccount())?.uid ?? 0, 0);

    const second = await start(dataDir);
    expect(await query(second.url, "SELECT 1")).toEqual([1]);
    if (!script.includes("exec")) expect(processIdentity(pid)).not.toBeNull();
  });
});

test("a portal that ends without stopping leaves no server behind", async () => {
  const { child, ready } = startChild(["start-and-exit", newDataDir()]);
  const { pid } = await ready;
  await ended(child);
  expect(child.exitCode).toBe(3);
  await until("end of the server", () => processIdentity(Number(pid)) === null);
});

test.each(["postgres-18.draft/PG_VERSION", "postgres-18/postmaster.pid"])(
  "a portal that ends while it starts, at %s, leaves no program behind",
  async (file) => {
    const dataDir = newDataDir();
    const { child, ready } = startChild(["start-until", dataDir, path.join(dataDir, file)]);
    await expect(ready).rejects.toThrow("without a word");
    expect(child.exitCode).toBe(3);
    await until("end of all its programs", () => processesWith(dataDir).length === 0);
    // initdb has not gone on to its end, where it makes the database "postgres".
    expect(existsSync(path.join(dataDir, "postgres-18.draft/base/5"))).toBe(false);
  },
);

function processesWith(word: string): string[] {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return ids.filter((id) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, "utf8").includes(word);
    } catch {
      return false;
    }
  });
}

describe("refuses with one sentence", () => {
  test("a folder that another portal uses, and works when that one is gone", async () => {
    const dataDir = newDataDir();
    const first = await start(dataDir);
    await expect(start(dataDir)).rejects.toThrow(/Another portal \(process \d+\) already uses/);
    const { child, ready } = startChild(["start", dataDir]);
    expect((await ready).problem).toContain(`Another portal (process ${process.pid})`);
    await ended(child);
    await first.stop();
    await start(dataDir);
  });

  test("a data folder of another version", async () => {
    const dataDir = newDataDir();
    const { clusterDir } = dataFolderAt(dataDir);
    await (await start(dataDir)).stop();
    writeFileSync(path.join(clusterDir, "PG_VERSION"), "15\n");
    await expect(start(dataDir)).rejects.toThrow(
      /was made by PostgreSQL 15, but this portal brings 18: set DATA_DIR .* or DATABASE_URL/,
    );
  });

  test.each(["PG_VERSION", "global/pg_control", "pg_wal"])(
    "a data folder without %s, which stays as it is",
    async (part) => {
      const dataDir = newDataDir();
      const { clusterDir } = dataFolderAt(dataDir);
      await (await start(dataDir)).stop();
      rmSync(path.join(clusterDir, part), { recursive: true });
      await expect(start(dataDir)).rejects.toThrow(
        `is broken (${part} is missing): put it back from a backup, or move it away`,
      );
      expect(existsSync(path.join(clusterDir, "base"))).toBe(true);
    },
  );

  test("a control file that is garbage", async () => {
    const dataDir = newDataDir();
    await (await start(dataDir)).stop();
    const file = path.join(dataFolderAt(dataDir).clusterDir, "global/pg_control");
    writeFileSync(file, Buffer.alloc(8_192, 7));
    await expect(start(dataDir)).rejects.toThrow(/is broken: put it back from a backup/);
  });

  test("a lost password file", async () => {
    const dataDir = newDataDir();
    await (await start(dataDir)).stop();
    rmSync(path.join(dataDir, "postgres.password"));
    await expect(start(dataDir)).rejects.toThrow(/password file .* is missing: put it back/);
  });

  test("a file where the folder should be", async () => {
    const file = path.join(newDataDir(), "file");
    writeFileSync(file, "");
    await expect(start(file)).rejects.toThrow(`${file} is not a folder: set DATA_DIR`);
  });

  test.runIf(isRoot)("a closed folder above the data, when the portal is root", async () => {
    const closed = path.join(newDataDir(), "closed");
    chmodSync(path.dirname(closed), 0o711);
    mkdirSync(closed, { mode: 0o700 });
    await expect(start(path.join(closed, "data"))).rejects.toThrow(
      `The folder ${closed} is closed to the system user who runs PostgreSQL when the portal is root: set DATA_DIR`,
    );
  });

  test("a folder that may not be written", async () => {
    const dataDir = newDataDir();
    chmodSync(dataDir, 0o500);
    const account = isRoot ? await findSystemAccount() : null;
    if (account) process.seteuid?.(account.uid);
    try {
      expect(() => {
        openDataDir(dataFolderAt(dataDir), null);
      }).toThrow(/cannot be read or written: correct its rights, or set DATA_DIR/);
    } finally {
      if (account) process.seteuid?.(0);
    }
  });

  test("a full disk", async () => {
    const dataDir = newDataDir();
    const mounted = tryMount(dataDir, "size=8m");
    process.stdout.write(
      `full disk: by ${mounted ? "a tmpfs of 8 MiB" : "ulimit -f (no right to mount)"}\n`,
    );
    if (mounted) {
      await expect(start(dataDir)).rejects.toThrow("The disk is full: free space, then try again.");
      return;
    }
    const file = path.join(root, "fixtures/database-child.ts");
    const script = `ulimit -f 2000; exec "$0" --import tsx "$1" start "$2"`;
    const output = execFileSync(
      "sh",
      ["-c", `${script} || true`, process.execPath, file, dataDir],
      { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
    );
    expect(output).toContain("The disk is full");
  });

  test("a read-only disk", async ({ skip }) => {
    const dataDir = newDataDir();
    skip(!tryMount(dataDir, "ro"), "mounting is not allowed here");
    await expect(start(dataDir)).rejects.toThrow(/is read-only: set DATA_DIR/);
  });

  test("a machine without an embedded PostgreSQL", async () => {
    await expect(findPostgresBinaries("darwin-arm64")).rejects.toThrow(
      "There is no embedded PostgreSQL for darwin-arm64: set DATABASE_URL",
    );
  });
});

function tryMount(folder: string, option: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", option, "tmpfs", folder], { stdio: "ignore" });
  } catch {
    return false;
  }
  cleanUp.push(() => execFileSync("umount", [folder]));
  return true;
}

test("the installed programs are of the version that names the folder", async () => {
  const { postgres } = await findPostgresBinaries();
  const version = execFileSync(postgres, ["--version"], { encoding: "utf8" });
  expect(version).toContain(`(PostgreSQL) ${postgresMajor}.`);
});

test.runIf(isRoot && existsSync("/usr/sbin/useradd"))(
  "the system account is made when absent",
  async () => {
    const name = "sightline-test";
    cleanUp.push(() => execFileSync("userdel", [name], { stdio: "ignore" }));
    const made = await findSystemAccount(name);
    expect(made?.uid).toBeGreaterThan(0);
    expect(await findSystemAccount(name)).toEqual(made);
  },
);
