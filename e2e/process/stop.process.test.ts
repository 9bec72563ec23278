import { afterEach, describe, expect, test } from "vitest";
import { alive, cleanUpAll, startPortal, until } from "./portal-process";

afterEach(cleanUpAll);

/** The promise of the product: 10 s. The rest is for a busy machine to notice it. */
const STOP_LIMIT_MS = 12_000;

/** All that must be gone: portal, collector, nvidia-smi and every PostgreSQL process. */
function expectWholeProduct(commands: string): void {
  expect(commands).toMatch(/collector\.mjs/);
  expect(commands).toMatch(/stand-in\.mjs/);
  expect(commands).toMatch(/postgres/);
}

test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s ends every process", async (signal) => {
  const portal = await startPortal();
  await portal.ready();
  const processes = portal.processes();
  expectWholeProduct(alive(processes).join("\n"));
  portal.child.kill(signal);
  portal.child.kill(signal); // a second one changes nothing
  expect(await portal.ended(STOP_LIMIT_MS)).toBe(0);
  expect(alive(processes)).toEqual([]);
});

test("SIGTERM ends it while it starts", async () => {
  const portal = await startPortal();
  await until("PostgreSQL runs", () => portal.postgresPid() !== 0);
  const processes = portal.processes();
  portal.child.kill("SIGTERM");
  expect(await portal.ended(STOP_LIMIT_MS)).toBe(0);
  expect(alive(processes)).toEqual([]);
});

test("SIGTERM ends the development server while its database starts", async () => {
  const command = [process.execPath, "scripts/dev.mjs", "--env", "/dev/null"];
  const portal = await startPortal({ command });
  await until("PostgreSQL runs", () => portal.postgresPid() !== 0);
  const processes = portal.processes();
  expect(alive(processes).join("\n")).toMatch(/postgres/);
  portal.child.kill("SIGTERM");
  expect(await portal.ended(STOP_LIMIT_MS)).toBe(0);
  await until("all gone", () => alive(processes).length === 0);
});

describe("through npm start", () => {
  const npm = ["npm", "start", "--silent", "--", "--env", "/dev/null"];

  test.each(["SIGTERM", "SIGINT"] as const)("%s", async (signal) => {
    const portal = await startPortal({ command: npm });
    await portal.ready();
    const processes = portal.processes();
    expectWholeProduct(alive(processes).join("\n"));
    portal.child.kill(signal);
    expect(await portal.ended(STOP_LIMIT_MS)).toBe(0);
    expect(alive(processes)).toEqual([]);
  });

  test("npm killed with -9", async () => {
    const portal = await startPortal({ command: npm });
    await portal.ready();
    const processes = portal.processes();
    portal.child.kill("SIGKILL");
    await until("all gone", () => alive(processes).length === 0, STOP_LIMIT_MS);
  });

  test("Ctrl-C in a terminal", async () => {
    const command = ["script", "-qefc", npm.join(" "), "/dev/null"];
    const portal = await startPortal({ command });
    await portal.ready();
    const processes = portal.processes();
    expectWholeProduct(alive(processes).join("\n"));
    portal.child.stdin.write("\u0003");
    expect(await portal.ended(STOP_LIMIT_MS)).toBe(0);
    expect(alive(processes)).toEqual([]);
  });
});
