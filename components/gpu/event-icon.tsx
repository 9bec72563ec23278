import { Bug, CircleCheck, Cpu, OctagonAlert, TrendingUp, TriangleAlert, Zap } from "lucide-react";
import { StaleIcon } from "@/components/ui/icons";
import type { GpuEvent } from "@/domain/fleet/gpu-events";

/** The sign of an event; its shape tells its kind. */
export function EventIcon({
  event,
  className,
}: {
  event: Pick<GpuEvent, "kind" | "level">;
  className?: string;
}) {
  if (event.kind === "gap") return <StaleIcon className={className ?? ""} />;
  if (event.kind === "source") return <Cpu className={className} />;
  if (event.kind === "throttle") return <Zap className={className} />;
  if (event.kind === "xid") return <Bug className={className} />;
  if (event.kind === "forecast") return <TrendingUp className={className} />;
  if (event.level === "ok") return <CircleCheck className={className} />;
  if (event.level === "crit") return <OctagonAlert className={className} />;
  return <TriangleAlert className={className} />;
}

export const eventTextColours = {
  note: "text-fg-3",
  ok: "text-ok",
  warn: "text-warn",
  crit: "text-crit",
} as const;

export const eventFlagColours = {
  note: "bg-surface-2 border-line-2 text-fg-2",
  ok: "bg-ok-soft border-ok-line text-ok",
  warn: "bg-warn-soft border-warn-line text-warn",
  crit: "bg-crit-soft border-crit-line text-crit",
} as const;
