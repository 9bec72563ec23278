import type { GpuFleet, LatestGpu } from "@/domain/gpu/gpu-fleet";
import type { GpuChoice } from "@/domain/gpu/gpu-history-request";
import type { GpuContext } from "./gpu-context";

type Context = Pick<GpuContext, "hostName">;

const newestFirst = (a: LatestGpu, b: LatestGpu) => b.sample.recordedAtMs - a.sample.recordedAtMs;
const byHostAndIndex = ({ sample: a }: LatestGpu, { sample: b }: LatestGpu) =>
  (a.host < b.host ? -1 : Number(a.host > b.host)) ||
  a.gpuIndex - b.gpuIndex ||
  Number(a.parentUuid !== null) - Number(b.parentUuid !== null);

/** The whole GPU with this index on a host; of two that had it, one of them no longer there, the newer one. */
function ofHost(gpus: readonly LatestGpu[], host: string, index: number): LatestGpu | null {
  const matches = gpus.filter(
    ({ sample }) => sample.host === host && sample.gpuIndex === index && sample.parentUuid === null,
  );
  return matches.sort(newestFirst)[0] ?? null;
}

/** With this index on the portal's own host, else on the first host that has one. */
function ofIndex(gpus: readonly LatestGpu[], index: number, hostName: string): LatestGpu | null {
  const others = [...new Set(gpus.map(({ sample }) => sample.host))].sort();
  for (const host of [hostName, ...others]) {
    const gpu = ofHost(gpus, host, index);
    if (gpu) return gpu;
  }
  return null;
}

/** The GPU that a REST client means; without a choice index 0 of the portal's host, else the first by host and index. */
export function chooseGpu(
  { hostName }: Context,
  fleet: Pick<GpuFleet, "gpus">,
  choice: GpuChoice | null,
): LatestGpu | null {
  const { gpus } = fleet;
  if (choice === null)
    return ofHost(gpus, hostName, 0) ?? [...gpus].sort(byHostAndIndex)[0] ?? null;
  if ("uuid" in choice) return gpus.find(({ sample }) => sample.gpuUuid === choice.uuid) ?? null;
  if ("host" in choice) return ofHost(gpus, choice.host, choice.index);
  return ofIndex(gpus, choice.index, hostName);
}
