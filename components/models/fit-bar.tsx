import { formatDecimals } from "@/domain/units/format-number";
import type { Fit } from "./fit-draft";
import type { GpuMemory } from "./use-gpu-memory";

const MIB = 1_024 ** 2;

export const gibText = (bytes: number) => `${formatDecimals(bytes / 1_024 ** 3, 1)} GiB`;

interface FitBarProps {
  gpu: GpuMemory & { usedMib: number; totalMib: number };
  /** Null: only what is there now. */
  fit: Fit | null;
}

interface Part {
  name: string;
  bytes: number;
  background: string;
}

const colour = "var(--series-6)";
const mix = (percent: number) => `color-mix(in srgb, ${colour} ${percent}%, var(--surface-1))`;
const hatched = "repeating-linear-gradient(135deg, var(--line-control) 0 1px, transparent 1px 5px)";

/** The memory of the GPU as it is now, live, and below it with the window: both to the same scale. */
export function FitBar({ gpu, fit }: FitBarProps) {
  const totalBytes = gpu.totalMib * MIB;
  const usedBytes = gpu.usedMib * MIB;
  const now: Part = {
    name: "in use now",
    bytes: usedBytes,
    background: gpu.isStale || gpu.isSimulated ? "var(--series-0)" : colour,
  };
  const added: Part[] =
    fit === null
      ? []
      : [
          { name: "weights", bytes: fit.weightsBytes, background: mix(75) },
          { name: "KV cache", bytes: fit.kvBytes, background: mix(45) },
          { name: "kept free", bytes: fit.reserveBytes, background: hatched },
        ].filter(({ bytes }) => bytes > 0);
  const sum = usedBytes + added.reduce((bytes, part) => bytes + part.bytes, 0);
  const scaleBytes = Math.max(totalBytes, sum);
  return (
    <div className="flex flex-col gap-1.5">
      <Row name="Now" parts={[now]} scaleBytes={scaleBytes} totalBytes={totalBytes} />
      {fit !== null && (
        <>
          <Row
            name="With it"
            parts={[now, ...added]}
            scaleBytes={scaleBytes}
            totalBytes={totalBytes}
          />
          <ul className="flex flex-wrap gap-x-3 gap-y-1 pl-13 type-11 text-fg-2">
            {[now, ...added].map(({ name, bytes, background }) => (
              <li key={name} className="flex items-center gap-1.5 whitespace-nowrap">
                <i
                  aria-hidden="true"
                  style={{ background }}
                  className="size-2 flex-none rounded-2 border border-line-control"
                />
                {name} {gibText(bytes)}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

interface RowProps {
  name: string;
  parts: readonly Part[];
  scaleBytes: number;
  totalBytes: number;
}

function Row({ name, parts, scaleBytes, totalBytes }: RowProps) {
  const sum = parts.reduce((bytes, part) => bytes + part.bytes, 0);
  const label = `${name}: ${parts.map((part) => `${part.name} ${gibText(part.bytes)}`).join(", ")}, of ${gibText(totalBytes)}`;
  return (
    <div className="flex items-center gap-2">
      <span aria-hidden="true" className="w-11 flex-none type-11 text-fg-3">
        {name}
      </span>
      <div
        role="img"
        aria-label={label}
        className="relative flex h-4 min-w-0 flex-1 overflow-hidden rounded-4 bg-surface-3"
      >
        {parts.map((part) => (
          <i
            key={part.name}
            style={{ width: `${(part.bytes / scaleBytes) * 100}%`, background: part.background }}
            className="block h-full flex-none border-r border-surface-1"
          />
        ))}
        {sum > totalBytes && (
          <i
            style={{ left: `${(totalBytes / scaleBytes) * 100}%` }}
            className="absolute inset-y-0 w-0 border-l-2 border-crit-fill"
          />
        )}
      </div>
    </div>
  );
}
