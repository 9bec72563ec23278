import type { GpuMetric } from "./gpu-metric";
import { gpuMetrics } from "./gpu-metric-facts";
import type { MissingReason } from "./gpu-sample";

// All reasons spelled out would be three quarters of a stored row.
const letters: Readonly<Record<MissingReason, string>> = {
  not_supported: "s",
  not_offered: "o",
  unknown_to_driver: "u",
  read_error: "e",
  impossible_value: "i",
  not_reported: "r",
  not_sampled: "n",
};
const HAS_VALUE = ".";
const reasons = new Map(
  Object.entries(letters).map(([reason, letter]) => [letter, reason as MissingReason]),
);

type Missing = Partial<Record<GpuMetric, MissingReason>>;

/**
 * The reasons of one sample as text: one letter a metric in the order of `gpuMetrics`, "." where there is a value,
 * trailing dots left out. Column `missing` of `gpu_stats`; metrics are only ever added at the end.
 */
export function encodeMissing(missing: Missing): string {
  let code = "";
  let dots = "";
  for (const metric of gpuMetrics) {
    const reason = missing[metric];
    if (reason === undefined) dots += HAS_VALUE;
    else {
      code += dots + letters[reason];
      dots = "";
    }
  }
  return code;
}

/** The reverse of `encodeMissing`. Unknown letters and further ones (of a newer release) are left out. */
export function decodeMissing(code: string): Missing {
  const missing: Missing = {};
  for (const [i, metric] of gpuMetrics.entries()) {
    const reason = reasons.get(code.charAt(i));
    if (reason) missing[metric] = reason;
  }
  return missing;
}
