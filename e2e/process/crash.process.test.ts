import { afterEach, expect, test } from "vitest";
import {
  alive,
  cleanUpAll,
  newDataDir,
  readStoredRows,
  startPortal,
  until,
  waitForRows,
} from "./portal-process";

afterEach(cleanUpAll);

const ROWS = 20;

function missing(before: ReadonlySet<string>, after: ReadonlySet<string>): string[] {
  return [...before].filter((key) => !after.has(key));
}

test("kill -9 of the portal: the next start works and has every acknowledged row", async () => {
  const dataDir = newDataDir();
  const first = await startPortal({ dataDir });
  await first.ready();
  const processes = first.processes();
  const acknowledged = await waitForRows(dataDir, ROWS);
  first.child.kill("SIGKILL");
  expect(await first.ended()).toBe("SIGKILL");

  const second = await startPortal({ dataDir, port: first.port });
  await second.ready();
  const after = await waitForRows(dataDir, 1, acknowledged);
  expect(missing(acknowledged, after)).toEqual([]);
  // Nothing of the first one is left: neither its PostgreSQL nor its collector.
  await until("the first one's processes are gone", () => alive(processes).length === 0);
});

test("kill -9 of PostgreSQL: the portal goes on and no acknowledged row is missing", async () => {
  const portal = await startPortal();
  await portal.ready();
  const acknowledged = await waitForRows(portal.dataDir, ROWS);
  const killed = portal.postgresPid();
  process.kill(killed, "SIGKILL");
  const after = await waitForRows(portal.dataDir, ROWS, acknowledged);
  expect(portal.postgresPid()).not.toBe(killed);
  expect(missing(acknowledged, after)).toEqual([]);
  expect(portal.child.exitCode).toBeNull();
  expect(portal.output()).toMatch(
    /"PostgreSQL ended unexpectedly(: FATAL: +terminating connection due to unexpected postmaster exit)?"/,
  );
  expect(portal.output()).not.toMatch(/compiled by|by its administrator/);
  await until("ready again", async () => (await fetch(`${portal.url}/ready`)).ok);
});

test("kill -9 of both: the next start recovers", async () => {
  const dataDir = newDataDir();
  const first = await startPortal({ dataDir });
  await first.ready();
  const acknowledged = await waitForRows(dataDir, ROWS);
  const postgres = first.postgresPid();
  first.child.kill("SIGKILL");
  process.kill(postgres, "SIGKILL");
  expect(await first.ended()).toBe("SIGKILL");

  const second = await startPortal({ dataDir });
  await second.ready();
  await waitForRows(dataDir, 1, acknowledged);
  expect(missing(acknowledged, await readStoredRows(dataDir))).toEqual([]);
});
