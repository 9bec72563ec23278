import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";

type DescribeCollector = (readFleet: () => unknown, signal: AbortSignal) => Promise<string | null>;

const script = pathToFileURL(path.join(import.meta.dirname, "describe-collector.mjs")).href;
const { describeCollector } = (await import(script)) as { describeCollector: DescribeCollector };

/** First knows nothing, as the server does until the collector has sent something. */
function serverWith(fleet: unknown): () => unknown {
  let asked = 0;
  return () => (asked++ === 0 ? { sources: [], gpus: [] } : fleet);
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
  const readFleet = serverWith({ sources, gpus });
  expect(await describeCollector(readFleet, new AbortController().signal)).toBe(text);
});

test("what is remembered only is no value yet", async () => {
  const readFleet = serverWith({ sources: [source("smi", "active")], gpus: [stale] });
  expect(await describeCollector(readFleet, AbortSignal.timeout(500))).toBeNull();
});
