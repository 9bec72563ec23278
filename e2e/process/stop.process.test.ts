import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { seededRandom } from "@/fixtures/seeded-random";
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

type Portal = Awaited<ReturnType<typeof startPortal>>;

/** It ends in time, with code 0, and nothing of it is left; else its output tells where it stood. */
async function expectStopped(
  portal: Portal,
  processes: Parameters<typeof alive>[0],
): Promise<void> {
  const code = await portal.ended(STOP_LIMIT_MS);
  const story = `of it is left: ${alive(processes).join("; ") || "nothing"}\n${portal.output()}`;
  expect(code, story).toBe(0);
  expect(alive(processes), portal.output()).toEqual([]);
}

test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s ends every process", async (signal) => {
  const portal = await startPortal();
  await portal.ready();
  const processes = portal.processes();
  expectWholeProduct(alive(processes).join("\n"));
  portal.child.kill(signal);
  portal.child.kill(signal); // a second one changes nothing
  await expectStopped(portal, processes);
});

test("SIGTERM ends it while it starts", async () => {
  const portal = await startPortal();
  await until("PostgreSQL runs", () => portal.postgresPid() !== 0);
  const processes = portal.processes();
  portal.child.kill("SIGTERM");
  await expectStopped(portal, processes);
});

test("SIGTERM ends it at any moment of its start, without waiting for the rest of it", async () => {
  const random = seededRandom();
  const moments = Array.from({ length: 6 }, (_, i) => 300 + i * 500 + random.below(500));
  process.stdout.write(`seed ${random.seed}: SIGTERM after ${moments.join(", ")} ms\n`);
  for (const afterMs of moments) {
    const portal = await startPortal();
    await until("it speaks", () => portal.output() !== "");
    await sleep(afterMs);
    const processes = portal.processes();
    portal.child.kill("SIGTERM");
    const code = await portal.ended(STOP_LIMIT_MS);
    expect(code, `after ${afterMs} ms\n${portal.output()}`).toBe(0);
    await until("all gone", () => alive(processes).length === 0);
  }
});

test("SIGTERM ends the development server while its database starts", async () => {
  const command = [process.execPath, "scripts/dev.mjs", "--env", "/dev/null"];
  const portal = await startPortal({ command });
  await until("PostgreSQL runs", () => portal.postgresPid() !== 0);
  const processes = portal.processes();
  expect(alive(processes).join("\n")).toMatch(/postgres/);
  portal.child.kill("SIGTERM");
  const code = await portal.ended(STOP_LIMIT_MS);
  expect(code, portal.output()).toBe(0);
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
    await expectStopped(portal, processes);
  });

  test("npm killed with -9", async () => {
    const portal = await startPortal({ command: npm });
    await portal.ready();
    const processes = portal.processes();
    portal.child.kill("SIGKILL");
    await until("all gone", () => alive(processes).length === 0, STOP_LIMIT_MS);
  });

  test("Ctrl-C in a terminal", async () => {
    // Without exec, the shell that `script` puts between (which one depends on SHELL) may end by the Ctrl-C itself.
    const command = ["script", "-qefc", `exec ${npm.join(" ")}`, "/dev/null"];
    const portal = await startPortal({ command });
    await portal.ready();
    const processes = portal.processes();
    expectWholeProduct(alive(processes).join("\n"));
    portal.child.stdin.write("\u0003");
    await expectStopped(portal, processes);
  });
});
