import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { type AgentProcess, startAgentProcess } from "../agents/agent-process";
import { totalsOfDatabase, totalsOfSamples } from "../agents/stored-samples";
import {
  cleanUpAll,
  makeKey,
  newDataDir,
  postgresOf,
  startPortal,
  until,
} from "../process/portal-process";

afterEach(cleanUpAll);

const DOWN_MS = 60_000;
const uuid = (number: number) => `GPU-a9e20000-0000-4000-8000-${String(number).padStart(12, "0")}`;

interface AgentAnswer {
  host: string;
  state: string;
  behind_samples: number;
}

async function agentsOf(url: string): Promise<AgentAnswer[]> {
  const answer = await fetch(`${url}/api/system/agents`).catch(() => null);
  if (!answer?.ok) return [];
  return ((await answer.json()) as { agents: AgentAnswer[] }).agents;
}

/** Every agent sends, and has nothing left of before. */
function untilCaughtUp(url: string, agents: readonly AgentProcess[]): Promise<void> {
  const said = () => agents.map((agent) => `${agent.host}:\n${agent.output()}`).join("\n");
  return until(
    `all agents send and have caught up\n${said()}`,
    async () => {
      const live = (await agentsOf(url)).filter(
        ({ state, behind_samples }) => state === "live" && behind_samples < 50,
      );
      return agents.every(({ host }) => live.some((agent) => agent.host === host));
    },
    60_000,
  );
}

async function grown(agents: readonly AgentProcess[]): Promise<void> {
  const before = agents.map((agent) => agent.readSamples().length);
  await until("every agent reads more samples", () =>
    agents.every((agent, i) => agent.readSamples().length >= (before[i] ?? 0) + 25),
  );
}

test("three agents; the portal away for 60 s and killed twice, an agent killed once: every sample is stored, once", async () => {
  const dataDir = newDataDir();
  const keyFile = path.join(newDataDir(), "ingest.key");
  const first = await startPortal({ dataDir });
  await first.ready();
  writeFileSync(keyFile, await makeKey(first, "ingest"), { mode: 0o600 });
  const { port, url } = first;

  const start = (number: number, gpuUuids: string[], agentDir?: string) =>
    startAgentProcess({
      portalUrl: url,
      keyFile,
      host: `gpu-box-${number}`,
      gpuUuids,
      ...(agentDir !== undefined && { dataDir: agentDir }),
    });
  let agents = [start(1, [uuid(1)]), start(2, [uuid(2), uuid(3)]), start(3, [uuid(4)])];
  const [one, two, three] = agents as [AgentProcess, AgentProcess, AgentProcess];
  await until("the agents send", async () => (await agentsOf(url)).length === 3, 60_000);
  await grown(agents);

  first.child.kill("SIGKILL");
  expect(await first.ended()).toBe("SIGKILL");
  const downSinceMs = Date.now();
  // In the middle of it an agent dies, too, and comes back while there is no portal.
  await sleep(DOWN_MS / 3);
  two.child.kill("SIGKILL");
  expect(await two.ended(10_000)).toBe("SIGKILL");
  const twoAgain = start(2, [uuid(2), uuid(3)], two.dataDir);
  agents = [one, twoAgain, three];
  await sleep(Math.max(0, downSinceMs + DOWN_MS - Date.now()));
  const downUntilMs = Date.now();

  const second = await startPortal({ dataDir, port });
  await second.ready();
  // Killed again while the agents bring what had to wait.
  await until("agents send again", async () =>
    (await agentsOf(url)).some((a) => a.state === "live"),
  );
  second.child.kill("SIGKILL");
  expect(await second.ended()).toBe("SIGKILL");

  const third = await startPortal({ dataDir, port });
  await third.ready();
  await untilCaughtUp(url, agents);
  await grown(agents);
  for (const agent of agents) {
    agent.child.kill("SIGTERM");
    expect(await agent.ended(10_000), agent.output()).toBe(0);
    expect(agent.output()).not.toMatch(/samples are kept on disk/);
  }

  const samples = agents.flatMap((agent) => agent.readSamples());
  const oracle = totalsOfSamples(samples);
  expect(Object.keys(oracle)).toEqual([1, 2, 3, 4].map(uuid));
  const database = await totalsOfDatabase(postgresOf(dataDir).url, Object.keys(oracle));
  process.stdout.write(`${JSON.stringify({ downSeconds: DOWN_MS / 1_000, gpus: database })}\n`);
  expect(database).toEqual(oracle);
  // The oracle itself has no hole: each agent went on reading while there was no portal.
  for (const gpuUuid of [1, 4].map(uuid)) {
    const times = samples.filter((one) => one.gpuUuid === gpuUuid).map((s) => s.recordedAtMs);
    for (let fromMs = downSinceMs; fromMs + 5_000 <= downUntilMs; fromMs += 5_000)
      expect(times.some((timeMs) => timeMs >= fromMs && timeMs < fromMs + 5_000)).toBe(true);
  }
});
