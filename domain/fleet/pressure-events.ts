import type { PressureEvent } from "../pressure/pressure-event";
import { formatDuration } from "../time/format-duration";
import { formatDecimals } from "../units/format-number";
import type { GpuEvent } from "./gpu-events";

const names = { normal: "Normal", warning: "Warning", critical: "Critical" } as const;
const tones = { normal: "ok", warning: "warn", critical: "crit" } as const;

/** What the server noted about the memory of some GPUs, as events of a page. */
export function pressureEvents(events: readonly PressureEvent[]): GpuEvent[] {
  return events.map((event) => ({
    timeMs: event.atMs,
    gpuUuid: event.gpuUuid,
    kind: event.kind === "level" ? "pressure" : "forecast",
    level:
      event.kind === "forecast_cleared"
        ? "note"
        : tones[event.kind === "forecast" ? "warning" : event.level],
    text: textOf(event),
    detail: detailOf(event),
  }));
}

function textOf({ kind, fromLevel, level }: PressureEvent): string {
  if (kind === "level") return `${fromLevel === null ? "Unknown" : names[fromLevel]} → ${level}`;
  if (kind === "forecast") return "Critical is near";
  return kind === "forecast_reached" ? "Critical, as forecast" : "Critical is no longer near";
}

function detailOf({ kind, sharePercent, secondsToCritical, confidence }: PressureEvent): string {
  if (kind === "forecast" && secondsToCritical !== null) {
    const sure = confidence === null ? "" : `, ${Math.round(confidence * 100)} % sure`;
    return `in ${formatDuration(secondsToCritical * 1_000)}${sure}`;
  }
  return sharePercent === null ? "" : `${formatDecimals(sharePercent, 1)} %`;
}

/** A stretch in which the memory of a GPU was critical. */
export interface PressureBand {
  fromMs: number;
  toMs: number;
}

/** When one GPU was critical in the range; the last one goes on to the end of it while it lasts. */
export function criticalBands(
  events: readonly PressureEvent[],
  range: {
    gpuUuid: string;
    levelBefore: PressureEvent["level"] | null;
    fromMs: number;
    toMs: number;
  },
): PressureBand[] {
  const bands: PressureBand[] = [];
  let sinceMs = range.levelBefore === "critical" ? range.fromMs : null;
  const own = events.filter(({ gpuUuid, kind }) => gpuUuid === range.gpuUuid && kind === "level");
  for (const { atMs, level } of own) {
    if (level === "critical") sinceMs ??= atMs;
    else if (sinceMs !== null) {
      bands.push({ fromMs: sinceMs, toMs: atMs });
      sinceMs = null;
    }
  }
  if (sinceMs !== null) bands.push({ fromMs: sinceMs, toMs: range.toMs });
  return bands;
}
