import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import {
  followByPolls,
  followByStream,
  InferenceSemaphore,
  WebhookReceiver,
} from "./pressure-consumer";
import { cleanUpAll, newDataDir, onCleanUp, startPortal, until } from "./portal-process";

afterEach(cleanUpAll);

const TOTAL_MIB = 10_000;

/** One GPU whose used memory the test sets, in percent. */
function memoryDial() {
  const file = path.join(newDataDir(), "control.json");
  const set = (percent: number) => {
    const override = {
      "memory.used": `${(TOTAL_MIB * percent) / 100} MiB`,
      "memory.total": `${TOTAL_MIB} MiB`,
    };
    const gpus = [{ capture: "rtx-4080-super", state: "load", override }];
    writeFileSync(file, JSON.stringify({ gpus }));
  };
  set(50);
  return { set, settings: { STAND_IN_CONTROL: file } };
}

type Portal = Awaited<ReturnType<typeof startPortal>>;

/** A mutation as any tool sends it. */
async function call({ url, asAdmin }: Portal, procedure: string, input: object) {
  const answer = await fetch(`${url}/api/trpc/gpu.pressureWebhooks.${procedure}`, {
    method: "POST",
    headers: { ...asAdmin, "content-type": "application/json" },
    body: JSON.stringify(input),
  });
  const { result, error } = (await answer.json()) as {
    result?: { data: { secret: string | null; webhook: { id: string } } };
    error?: { message: string };
  };
  if (!result) throw new Error(error?.message);
  return result.data;
}

/** Keeps more inferences coming than any limit lets in. */
function demand(semaphore: InferenceSemaphore, signal: AbortSignal): Promise<unknown> {
  const one = async () => {
    while (!signal.aborted)
      await semaphore.run(() => new Promise((resolve) => setTimeout(resolve, 20)));
  };
  return Promise.all(Array.from({ length: 12 }, one));
}

test("an inference semaphore changes its own concurrency through the public API, up and back, by polls and by stream", async () => {
  const dial = memoryDial();
  const portal = await startPortal({ settings: dial.settings });
  await portal.ready();
  const end = new AbortController();
  onCleanUp(() => {
    end.abort();
  });
  const polls = new InferenceSemaphore(8);
  const stream = new InferenceSemaphore(5);
  const following = { url: portal.url, signal: end.signal };
  const work = [
    demand(polls, end.signal),
    demand(stream, end.signal),
    followByPolls(polls, following),
  ];
  const streaming = followByStream(stream, following);
  const both = () => [polls.limit, stream.limit];
  const run = async (percent: number, level: string, limits: number[]) => {
    dial.set(percent);
    await until(
      `${percent} %: ${level}, ${limits.join(" and ")} at once; now ${both().join(" and ")}`,
      () => polls.levels.at(-1) === level && both().every((limit, n) => limit === limits[n]),
    );
    // What runs ends, and then no more run than are advised.
    await new Promise((resolve) => setTimeout(resolve, 100));
    [polls, stream].map((semaphore) => semaphore.takeMostRunning());
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([polls.takeMostRunning(), stream.takeMostRunning()]).toEqual(limits);
  };
  await run(50, "normal", [8, 5]);
  await run(85, "warning", [6, 3]);
  await run(95, "critical", [4, 2]);
  await run(90, "warning", [6, 3]);
  await run(50, "normal", [8, 5]);
  expect(polls.limits).toEqual([8, 6, 4, 6, 8]);
  expect(stream.limits).toEqual([5, 3, 2, 3, 5]);
  end.abort();
  await Promise.all(work);
  expect(await streaming).toEqual(["warning", "critical", "warning", "normal"]);

  const metrics = await (await fetch(`${portal.url}/metrics`)).text();
  expect(metrics).toMatch(/^sightline_gpu_memory_pressure_level\{.*source="smi".*\} 0$/m);
  expect(metrics).toMatch(
    /^sightline_gpu_memory_pressure_transitions_total\{.*level="warning".*\} 2$/m,
  );
});

test("webhooks: signed, in order, again after the receiver was down, and across a kill -9 of the portal", async () => {
  const dial = memoryDial();
  const dataDir = newDataDir();
  const receiver = new WebhookReceiver();
  await receiver.start();
  onCleanUp(() => receiver.stop());
  const first = await startPortal({ dataDir, settings: dial.settings });
  await first.ready();
  const target = { name: "Inference", url: `http://127.0.0.1:${receiver.port}/pressure` };
  const { secret, webhook } = await call(first, "create", target);
  receiver.secret = secret ?? "";
  const levels = () => receiver.calls.map(({ level }) => level).join();

  dial.set(86);
  await until(`a call at warning: ${levels()}`, () => levels() === "warning");
  await receiver.stop();
  dial.set(96);
  const list = async () => {
    const answer = await fetch(`${first.url}/api/trpc/gpu.pressureWebhooks.list`, {
      headers: first.asAdmin,
    });
    return answer.text();
  };
  await until("a refused delivery waits", async () =>
    (await list()).includes('"lastError":"The target refused the connection."'),
  );
  expect(await list()).not.toContain("whsec");
  first.child.kill("SIGKILL");
  await first.ended();

  await receiver.start();
  const second = await startPortal({ dataDir, port: first.port, settings: dial.settings });
  await second.ready();
  await until(
    `critical is told after the restart: ${levels()}`,
    () => levels() === "warning,critical",
  );
  // The level went on over the restart: leaving it is one transition, and the first of this portal.
  dial.set(10);
  await until(`normal is told: ${levels()}`, () => levels() === "warning,critical,normal");
  const sequences = receiver.calls.map(({ sequence }) => sequence);
  expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
  expect(receiver.calls.every(({ isSigned }) => isSigned)).toBe(true);

  const answer = await fetch(`${second.url}/api/system/gpu/pressure`);
  expect(await answer.json()).toMatchObject({
    current_level: "normal",
    total_warning_events: 1,
    total_critical_events: 1,
  });
  // Another address has another secret: the old one does not open the new door.
  const moved = await call(second, "update", { id: webhook.id, url: `${target.url}/new` });
  expect(moved.secret).not.toBe(secret);
  expect(second.output()).not.toContain("whsec");
  expect(first.output()).not.toContain("whsec");
});
