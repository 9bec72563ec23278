import { setTimeout as sleep } from "node:timers/promises";

const LIMIT_MS = 5_000;
const POLL_MS = 100;
const names = { smi: "nvidia-smi", health: "health addresses", simulated: "simulated" };

function describe({ sources, gpus }) {
  const active = sources.find(({ state }) => state === "active");
  if (!active || gpus.length === 0) return null;
  if (active.source === "simulated") return "simulated, no GPU found";
  return `${names[active.source]}, ${gpus.length} GPU${gpus.length === 1 ? "" : "s"}`;
}

/** Asks the server that has just started where its values come from. Null when the collector has none within 5 s. */
export async function describeCollector(url, signal) {
  const end = Date.now() + LIMIT_MS;
  while (Date.now() < end && !signal.aborted) {
    try {
      const timeout = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]);
      const response = await fetch(`${url}/api/trpc/gpu.latest`, { signal: timeout });
      const text = describe((await response.json()).result.data);
      if (text !== null) return text;
    } catch {
      return null; // the line is a courtesy: whatever is wrong shows elsewhere
    }
    await sleep(POLL_MS);
  }
  return null;
}
