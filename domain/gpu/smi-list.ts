/** What `nvidia-smi -L` says of one MIG instance; its XML holds neither. */
export interface SmiListedInstance {
  gpuUuid: string;
  /** Number of the MIG device within its GPU, as in the XML. */
  deviceIndex: number;
  migUuid: string;
  /** "3g.40gb" */
  migProfile: string;
}

const gpuLine = /^GPU \d{1,4}: .{0,255} \(UUID: (GPU-[\da-fA-F-]{8,90})\)\s*$/;
const instanceLine =
  /^\s+MIG (\d[\w.+-]{1,62})\s+Device\s+(\d{1,3}): \(UUID: (MIG-[\dA-Za-z/-]{8,90})\)\s*$/;

/** Reads the lines of `nvidia-smi -L`; what is none of its lines is passed over. */
export function parseSmiList(text: string): SmiListedInstance[] {
  const instances: SmiListedInstance[] = [];
  let gpuUuid: string | null = null;
  for (const line of text.split("\n")) {
    gpuUuid = gpuLine.exec(line)?.[1] ?? gpuUuid;
    const [, migProfile, deviceIndex, migUuid] = instanceLine.exec(line) ?? [];
    if (gpuUuid === null || migProfile === undefined || migUuid === undefined) continue;
    instances.push({ gpuUuid, deviceIndex: Number(deviceIndex), migUuid, migProfile });
  }
  return instances;
}
