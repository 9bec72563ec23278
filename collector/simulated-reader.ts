import { simulatedReadings } from "@/domain/gpu/simulated-readings";
import type { SourceReader } from "./source-reader";

/** Invented GPUs. They never fail, and every sample says `simulated`. */
export function createSimulatedReader(options: {
  intervalMs: number;
  detail: string;
  nowMs: () => number;
}): SourceReader {
  return {
    source: "simulated",
    start: ({ onTick }) => {
      const tick = () => onTick(simulatedReadings(options.nowMs()), options.detail);
      const first = setTimeout(tick, 0);
      const rest = setInterval(tick, options.intervalMs);
      return () => {
        clearTimeout(first);
        clearInterval(rest);
      };
    },
  };
}
