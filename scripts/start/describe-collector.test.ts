import { createServer } from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, expect, test } from "vitest";

type DescribeCollector = (url: string, signal: AbortSignal) => Promise<string | null>;

const script = pathToFileURL(path.join(import.meta.dirname, "describe-collector.mjs")).href;
const { describeCollector } = (await import(script)) as { describeCollector: DescribeCollector };

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const step of cleanUp.splice(0)) step();
});

/** Answers as the server would, first with nothing, as it does until the collector has sent something. */
async function serverWith(fleet: unknown): Promise<string> {
  let asked = 0;
  const server = createServer((_, response) => {
    const data = asked++ === 0 ? { sources: [], gpus: [] } : fleet;
    response.end(JSON.stringify({ result: { data } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUp.push(() => server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
}

const source = (name: string, state: string, detail = "") => ({ source: name, state, detail });
const elsewhere = source("smi", "active", "read by another portal");
const [fresh, stale] = [{ stale: false }, { stale: true }];
const instance = { stale: false, sample: { parentUuid: "GPU-0" } };

test.each([
  ["nvidia-smi, 2 GPUs", [source("smi", "active")], [fresh, fresh]],
  ["nvidia-smi, 1 GPU", [source("smi", "active")], [stale, fresh, stale]],
  ["NVIDIA driver, 1 GPU", [source("nvml", "active")], [fresh, instance, instance]],
  ["GPU exporters, 1 GPU", [source("dcgm", "active")], [fresh]],
  ["simulated, no GPU found", [source("simulated", "active")], [fresh, fresh]],
  ["2 GPUs, read by another portal", [elsewhere], [fresh, stale, fresh]],
])("%s", async (text, sources, gpus) => {
  const url = await serverWith({ sources, gpus });
  expect(await describeCollector(url, new AbortController().signal)).toBe(text);
});

test("what is remembered only is no value yet", async () => {
  const url = await serverWith({ sources: [source("smi", "active")], gpus: [stale] });
  expect(await describeCollector(url, AbortSignal.timeout(500))).toBeNull();
});
