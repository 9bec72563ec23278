import type { GpuSource } from "@/domain/gpu/gpu-sample";

/** Each source has its own stroke, so that the ribbon reads in grey and with any colour vision. */
const strokes: Record<GpuSource, { dash: string; isDouble?: boolean }> = {
  nvml: { dash: "" },
  smi: { dash: "10 4" },
  dcgm: { dash: "", isDouble: true },
  amd: { dash: "10 3 2 3" },
  intel: { dash: "10 3 2 3 2 3" },
  health: { dash: "4 4" },
  simulated: { dash: "1.5 3" },
};

/** The line of a source in the ribbon above the charts, and in its key. */
export function SourceLine({ source }: { source: GpuSource }) {
  const { dash, isDouble } = strokes[source];
  const heights = isDouble === true ? [0.5, 3.5] : [2];
  return (
    <svg aria-hidden="true" data-source={source} className="block h-1 w-full text-line-control">
      {heights.map((y) => (
        <line
          key={y}
          x1="0"
          x2="100%"
          y1={y}
          y2={y}
          stroke="currentColor"
          strokeWidth={isDouble === true ? 1 : 2}
          strokeDasharray={dash}
        />
      ))}
    </svg>
  );
}
