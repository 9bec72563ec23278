import { FlaskConical } from "lucide-react";
import { Strip } from "@/components/ui/strip";
import type { SourceStatus } from "@/domain/gpu/source-status";

interface SimulatedStripProps {
  /** What the collector knows of each source. */
  sources: readonly SourceStatus[];
}

/** Shown on every page while simulated values are shown: says where it looked for a real GPU, and what was missing. */
export function SimulatedStrip({ sources }: SimulatedStripProps) {
  return (
    <Strip icon={<FlaskConical />} className="px-4">
      <b>Simulated data.</b> {reasonFor(sources)}
    </Strip>
  );
}

function reasonFor(sources: readonly SourceStatus[]): string {
  if (sources.length === 0) return ""; // the collector has not said yet where it looked
  const looked = sources.filter((status) => status.source !== "simulated");
  if (looked.length === 0) return "GPU_SOURCES asks for it";
  if (looked.some((status) => status.state === "active"))
    return "Some values are real; those with the badge Simulated are not";
  return `No GPU was found: ${looked.map((status) => status.detail).join("; ")}`;
}
