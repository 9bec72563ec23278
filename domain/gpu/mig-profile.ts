export interface MigSize {
  gpuSlices: number;
  computeSlices: number;
  memoryMib: number;
}

/** "1g.10gb", "1c.3g.20gb", "1g.10gb+me": the end of the name that NVML and nvidia-smi give a MIG instance. */
const atEnd = /\bMIG ((?:\d{1,2}c\.)?\d{1,2}g\.\d{1,4}gb(?:[+-][\w.]{1,16})*)$/;

/** The profile of a MIG instance, from its name, else from its size as NVIDIA writes it; null when neither tells. */
export function migProfile(name: string | null, size: MigSize | null): string | null {
  const named = atEnd.exec(name ?? "")?.[1];
  if (named !== undefined) return named;
  if (size === null || size.gpuSlices < 1 || size.gpuSlices > 16) return null;
  // "gb" counts GiB, and what the driver keeps for itself belongs to it: 9984 MiB is 10gb.
  const part =
    size.computeSlices >= 1 && size.computeSlices < size.gpuSlices ? `${size.computeSlices}c.` : "";
  return `${part}${size.gpuSlices}g.${Math.round(size.memoryMib / 1_024)}gb`;
}
