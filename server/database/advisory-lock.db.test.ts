import { spawn } from "node:child_process";
import { connect, createServer, type Socket } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, expect, test } from "vitest";
import { withTestDatabase } from "@/fixtures/test-database";
import { advisoryLockKey, holdAdvisoryLock } from "./advisory-lock";

const root = path.resolve(import.meta.dirname, "../..");
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0)) await step();
});

async function until(what: string, done: () => boolean, limitMs = 15_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!done()) {
    if (performance.now() > end) throw new Error(`did not happen: ${what}`);
    await sleep(10);
  }
}

async function cutSessions(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'sightline lock' AND datname = current_database()`,
  );
  await client.end();
}

/** A process that wants the lock; `holding` follows what it was told. */
function contender(url: string, work?: (signal: AbortSignal) => Promise<void>) {
  const state = { holding: false, turns: 0, lost: [] as string[], log: [] as string[] };
  const lock = holdAdvisoryLock({
    url,
    name: "test",
    pollMs: 30,
    log: (text) => state.log.push(text),
    onLost: (reason) => state.lost.push(reason),
    onHeld: (signal) => {
      state.holding = true;
      state.turns++;
      signal.addEventListener("abort", () => (state.holding = false));
      return work?.(signal);
    },
  });
  cleanUp.push(() => lock.stop());
  return { ...lock, state };
}

test("the key of a name is the same in every release", () => {
  expect(advisoryLockKey("gpu-writer")).toBe(advisoryLockKey("gpu-writer"));
  expect(advisoryLockKey("gpu-writer")).toMatchInlineSnapshot(`"3757206918655407381"`);
  expect(advisoryLockKey("gpu-writer")).not.toBe(advisoryLockKey("gpu-retention"));
});

test("one of two holds it; the other follows when that one stops", async () => {
  const { url } = await withTestDatabase();
  const first = contender(url);
  await until("first holds", () => first.state.holding);
  const second = contender(url);
  await sleep(300);
  expect(second.state.turns).toBe(0);
  await first.stop();
  expect(first.state.holding).toBe(false);
  expect(first.state.lost).toEqual([]);
  await until("second holds", () => second.state.holding);
});

test("a lost connection aborts the work, is reported, and one of them holds it again", async () => {
  const { url } = await withTestDatabase();
  const first = contender(url);
  await until("first holds", () => first.state.holding);
  const second = contender(url);
  await cutSessions(url);
  await until("first lost it", () => first.state.lost.length === 1);
  expect(first.state.lost[0]).toMatch(/database/);
  await until("one holds it", () => first.state.holding !== second.state.holding);
});

test("the work of one turn ends before the next begins", async () => {
  const { url } = await withTestDatabase();
  const events: string[] = [];
  const holder = contender(url, async (signal) => {
    events.push("begin");
    await new Promise((resolve) => {
      signal.addEventListener("abort", resolve);
    });
    await sleep(400);
    events.push("end");
  });
  await until("held", () => events.length === 1);
  await cutSessions(url);
  await until("held again", () => holder.state.turns === 2);
  expect(events).toEqual(["begin", "end", "begin"]);
});

test("work that throws gives the lock back and is tried again", async () => {
  const { url } = await withTestDatabase();
  const failing = contender(url, () => Promise.reject(new Error("no")));
  await until("a second turn", () => failing.state.turns >= 2);
  await failing.stop();
  const other = contender(url);
  await until("other holds", () => other.state.holding);
});

test("a holder killed with -9 is followed by another", async () => {
  const { url } = await withTestDatabase();
  const file = path.join(root, "fixtures/database-child.ts");
  const child = spawn(process.execPath, ["--import", "tsx", file, "hold", url, "test"], {
    cwd: root,
    stdio: ["ignore", "pipe", "ignore"],
  });
  cleanUp.push(() => child.kill("SIGKILL"));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const next = contender(url);
  await sleep(200);
  expect(next.state.turns).toBe(0);
  child.kill("SIGKILL");
  await until("next holds", () => next.state.holding);
});

test("a lock that is reached after the stop is given back without work", async () => {
  const { url } = await withTestDatabase();
  const proxy = await startProxy(Number(new URL(url).port));
  cleanUp.push(proxy.close);
  const through = new URL(url);
  through.port = String(proxy.port);
  const asked = proxy.delay("pg_try_advisory_lock", 300);
  const late = contender(through.href);
  await asked;
  await late.stop();
  expect(late.state.turns).toBe(0);
  const next = contender(url);
  await until("next holds", () => next.state.holding);
});

test("a connection that falls silent is lost within seconds, and its lock is given back", async () => {
  const { url } = await withTestDatabase();
  const proxy = await startProxy(Number(new URL(url).port));
  cleanUp.push(proxy.close);
  const through = new URL(url);
  through.port = String(proxy.port);
  const silenced = contender(through.href);
  await until("held", () => silenced.state.holding);
  const other = contender(url);
  proxy.silence();
  await until("lost", () => silenced.state.lost.length === 1, 20_000);
  expect(silenced.state.lost[0]).toContain("does not answer");
  await until("other holds", () => other.state.holding);
});

/**
 * Between a client and the database; `silence` keeps connections open and passes nothing on any more; `delay` holds back the
 * answers to a statement.
 */
async function startProxy(databasePort: number) {
  const sockets: Socket[] = [];
  let onData = (_data: Buffer, _database: Socket): void => undefined;
  const server = createServer((client) => {
    const database = connect(databasePort, "127.0.0.1");
    client.on("data", (data: Buffer) => {
      onData(data, database);
    });
    client.pipe(database).pipe(client);
    sockets.push(client, database);
    for (const socket of [client, database]) {
      socket.on("error", () => undefined);
      // As a firewall that forgot the connection would not do: an end of one side still ends the other.
      socket.on("close", () => (socket === client ? database : client).destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    /** Resolves when the statement is on its way. */
    delay: (statement: string, delayMs: number) =>
      new Promise<void>((resolve) => {
        onData = (data, database) => {
          if (!data.includes(statement)) return;
          database.pause();
          setTimeout(() => database.resume(), delayMs);
          resolve();
        };
      }),
    silence: () => {
      for (const socket of sockets) {
        socket.unpipe();
        socket.resume();
      }
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test("a database that cannot be reached is tried again, and stop ends the trying", async () => {
  const waiting = contender("postgresql://nobody@127.0.0.1:1/none");
  await until("a second try", () => waiting.state.log.length >= 2);
  expect(waiting.state.log[0]).toMatch(/^lock "test" not reached: The database refuses/);
  await waiting.stop();
  expect(waiting.state.turns).toBe(0);
});
