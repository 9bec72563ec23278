import { createHash } from "node:crypto";
import type { GpuSample } from "@/domain/gpu/gpu-sample";

const MAX_LENGTH = 96;

/** NVIDIA gives these for good, to one device in the world. */
function isUniqueUuid(uuid: string): boolean {
  return /^(?:GPU|MIG)-/.test(uuid);
}

/** Other sources number the GPUs of a host, and every host has a first one: such a name gets the host in front. */
export function uniqueUuid(uuid: string, host: string): string {
  if (isUniqueUuid(uuid)) return uuid;
  const named = `${host}/${uuid}`;
  if (named.length <= MAX_LENGTH) return named;
  return `host-${createHash("sha256").update(named).digest("hex")}`;
}

/** The sample of another host under names that no other host uses. */
export function withUniqueUuids(sample: GpuSample): GpuSample {
  const { host, parentUuid } = sample;
  return {
    ...sample,
    gpuUuid: uniqueUuid(sample.gpuUuid, host),
    parentUuid: parentUuid === null ? null : uniqueUuid(parentUuid, host),
  };
}
