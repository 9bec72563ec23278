import { FlaskConical } from "lucide-react";
import { Strip } from "@/components/ui/strip";
import type { SourceStatus } from "@/domain/gpu/source-status";

interface SimulatedStripProps {
  /** What the collector knows of each source. */
  sources: readonly SourceStatus[];
}

/** Shown on every page while simulated values are shown: says where it looked for a real GPU, and what was missing. */
export function SimulatedStrip({ sources }: SimulatedStripProps) {
  const looked = sources.filter((status) => status.source !== "simulated");
  return (
    <Strip icon={<FlaskConical />} className="px-4">
      <b>Simulated data.</b> {reasonFor(looked)}
    </Strip>
  );
}

function reasonFor(looked: readonly SourceStatus[]): string {
  if (looked.length === 0) return "GPU_SOURCES asks for it";
  if (looked.some((status) => status.state === "active"))
    return "Some values are real; those with the badge Simulated are not";
  return `No GPU was found: ${looked.map((status) => status.detail).join("; ")}`;
}
