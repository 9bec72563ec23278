import { setTimeout as sleep } from "node:timers/promises";

const LIMIT_MS = 5_000;
const POLL_MS = 100;
const names = {
  nvml: "NVIDIA driver",
  smi: "nvidia-smi",
  dcgm: "GPU exporters",
  amd: "AMD",
  intel: "Intel",
  health: "health addresses",
};

function describe({ sources, gpus }) {
  // Stale ones are remembered from the database: nothing reads them now. A MIG instance is a part of a GPU.
  const read = gpus.filter(({ stale, sample }) => !stale && !sample?.parentUuid).length;
  if (read === 0) return null;
  const count = `${read} GPU${read === 1 ? "" : "s"}`;
  // A portal that follows another one has no collector, so no source is active in it.
  if (sources.some(({ detail }) => /another portal/i.test(detail))) {
    return `${count}, read by another portal`;
  }
  const active = sources.find(({ state }) => state === "active");
  if (!active) return null;
  return active.source === "simulated"
    ? "simulated, no GPU found"
    : `${names[active.source] ?? active.source}, ${count}`;
}

/**
 * Where the values of the server that has just started come from; `readFleet` answers what it knows now. Null when the collector has
 * none within 5 s.
 */
export async function describeCollector(readFleet, signal) {
  const end = Date.now() + LIMIT_MS;
  while (Date.now() < end && !signal.aborted) {
    const text = describe(readFleet());
    if (text !== null) return text;
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  return null;
}
