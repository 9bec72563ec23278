import type { LatestGpu } from "../gpu/gpu-fleet";

/** A GPU or a MIG instance, in the order in which pages list them. */
export interface FleetRow {
  gpu: LatestGpu;
  /** "GPU 0"; where several hosts report "atlas 0"; of an instance "MIG 1". */
  label: string;
  /** The same, understood without what stands around it: "atlas 1, MIG 0". */
  name: string;
  /** UUID of the GPU whose instance this is, when that GPU is listed too. */
  parentUuid: string | null;
  instanceCount: number;
}

/** Whole GPUs in the order given, each followed by its MIG instances. An instance whose GPU is not there stands alone. */
export function fleetRows(gpus: readonly LatestGpu[]): FleetRow[] {
  const hasHosts = new Set(gpus.map(({ sample }) => sample.host)).size > 1;
  const known = new Set(gpus.map(({ sample }) => sample.gpuUuid));
  const instances = new Map<string, LatestGpu[]>();
  for (const gpu of gpus) {
    const { parentUuid } = gpu.sample;
    if (parentUuid === null || !known.has(parentUuid)) continue;
    instances.set(parentUuid, [...(instances.get(parentUuid) ?? []), gpu]);
  }
  return gpus.flatMap((gpu): FleetRow[] => {
    const { gpuUuid, parentUuid, gpuIndex, host } = gpu.sample;
    if (parentUuid !== null && known.has(parentUuid)) return [];
    const whole = hasHosts && host !== "" ? `${host} ${gpuIndex}` : `GPU ${gpuIndex}`;
    const label = parentUuid === null ? whole : `${whole}, MIG`;
    const own = instances.get(gpuUuid) ?? [];
    return [
      { gpu, label, name: label, parentUuid: null, instanceCount: own.length },
      ...own.map((instance, place) => ({
        gpu: instance,
        label: `MIG ${place}`,
        name: `${whole}, MIG ${place}`,
        parentUuid: gpuUuid,
        instanceCount: 0,
      })),
    ];
  });
}

/** Without MIG instances whose GPU is listed: its values hold theirs, and sums must not count them twice. */
export function wholeGpus(gpus: readonly LatestGpu[]): LatestGpu[] {
  const known = new Set(gpus.map(({ sample }) => sample.gpuUuid));
  return gpus.filter(({ sample }) => sample.parentUuid === null || !known.has(sample.parentUuid));
}

/**
 * Order of GPUs that a tick brought: hosts as `hosts` names them, then by index, a GPU before its instances, and instances
 * by id, so that they never change places.
 */
export function compareGpus(hosts: readonly string[]) {
  const placeOf = (host: string) => (hosts.includes(host) ? hosts.indexOf(host) : hosts.length);
  return ({ sample: left }: LatestGpu, { sample: right }: LatestGpu): number =>
    placeOf(left.host) - placeOf(right.host) ||
    left.host.localeCompare(right.host) ||
    left.gpuIndex - right.gpuIndex ||
    Number(left.parentUuid !== null) - Number(right.parentUuid !== null) ||
    left.gpuUuid.localeCompare(right.gpuUuid);
}
