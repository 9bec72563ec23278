import { OctagonAlert, TriangleAlert } from "lucide-react";
import { memoryLevel, memorySharePercent } from "@/domain/units/format-memory";
import { formatDecimals } from "@/domain/units/format-number";

const looks = {
  normal: { className: "text-fg-2", icon: null },
  warning: { className: "text-warn font-medium", icon: <TriangleAlert className="size-3" /> },
  critical: { className: "text-crit font-medium", icon: <OctagonAlert className="size-3" /> },
} as const;

/** `91.2 %` with the sign of its level; nothing when the share is not known. */
export function MemoryShare(props: { usedMib: number | null; totalMib: number | null }) {
  const share = memorySharePercent(props.usedMib, props.totalMib);
  if (share === null) return null;
  const level = memoryLevel(share);
  return (
    <span
      title={`VRAM: ${level}`}
      className={`inline-flex items-center gap-1 whitespace-nowrap ${looks[level].className}`}
    >
      {looks[level].icon}
      {level !== "normal" && <span className="sr-only">{level}, </span>}
      {formatDecimals(share, 1)} %
    </span>
  );
}
