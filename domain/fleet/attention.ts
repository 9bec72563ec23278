import type { GpuFleet, LatestGpu } from "../gpu/gpu-fleet";
import { gpuMetrics, gpuMetricFacts } from "../gpu/gpu-metric-facts";
import type { SourceStatus } from "../gpu/source-status";
import { formatDuration } from "../time/format-duration";
import type { PressureThresholds } from "../pressure/pressure-level";
import {
  formatGib,
  memoryLevel,
  memorySharePercent,
  usualThresholds,
} from "../units/format-memory";
import { formatDecimals, formatFigure } from "../units/format-number";
import { sourceName } from "../units/gpu-metric-display";
import { throttlingNow } from "../units/throttle-reasons";
import { fleetRows } from "./fleet-rows";

/** A sentence; what is marked strong carries the figures. */
export type SentencePart = string | { strong: string };

/** One thing that is true now and that somebody should know. */
export interface AttentionItem {
  id: string;
  level: "crit" | "warn";
  /** What it is about: "GPU 0", "Database". */
  subject: string;
  sentence: SentencePart[];
  /** When it began, where that is known. */
  sinceMs: number | null;
  gpuUuid: string | null;
}

export interface Attention {
  items: AttentionItem[];
  /** How many of the other checks are fine. */
  passedCount: number;
}

const strong = (text: string): SentencePart => ({ strong: text });
const levelOrder = { crit: 0, warn: 1 } as const;

/** All that needs attention, worst first (the strip of the page says what is simulated), and how many checks found nothing. `nowMs` is the server's clock. */
export function findAttention(
  fleet: Pick<GpuFleet, "gpus" | "sources">,
  state: { nowMs: number; isHistoryStale: boolean; thresholds?: PressureThresholds },
): Attention {
  const { thresholds = usualThresholds } = state;
  const names = new Map(fleetRows(fleet.gpus).map(({ gpu, name }) => [gpu.sample.gpuUuid, name]));
  // One line says it when all are silent; the cause is then one, too.
  const isSilent = fleet.gpus.length > 1 && fleet.gpus.every((gpu) => gpu.stale);
  const checks = [
    ...(isSilent ? [checkSilence(fleet.gpus, state.nowMs)] : []),
    ...fleet.gpus.flatMap((gpu) => [
      isSilent ? null : checkFreshness(gpu, state.nowMs),
      checkMemory(gpu, thresholds),
      checkThrottling(gpu),
      checkHeat(gpu),
      checkValues(gpu),
    ]),
    checkSources(fleet.sources),
    checkDatabase(state.isHistoryStale),
  ];
  const items = checks
    .filter((item) => item !== null)
    .map((item) => ({ ...item, subject: names.get(item.gpuUuid ?? "") ?? item.subject }));
  items.sort((left, right) => levelOrder[left.level] - levelOrder[right.level]);
  return { items, passedCount: checks.length - items.length };
}

const about = ({ sample }: LatestGpu, check: string) => ({
  id: `${check}-${sample.gpuUuid}`,
  subject: `GPU ${sample.gpuIndex}`,
  gpuUuid: sample.gpuUuid,
});

function checkFreshness(gpu: LatestGpu, nowMs: number): AttentionItem | null {
  if (!gpu.stale) return null;
  const { recordedAtMs, source } = gpu.sample;
  return {
    ...about(gpu, "stale"),
    level: "crit",
    sentence: [
      "no samples for ",
      strong(formatDuration(nowMs - recordedAtMs)),
      `. ${sourceName(source)} gave the last one; its values are still shown, greyed.`,
    ],
    sinceMs: recordedAtMs,
  };
}

function checkSilence(gpus: readonly LatestGpu[], nowMs: number): AttentionItem {
  const newestMs = Math.max(...gpus.map((gpu) => gpu.sample.recordedAtMs));
  return {
    id: "silent",
    level: "crit",
    subject: "All GPUs",
    sentence: [
      "no samples for ",
      strong(formatDuration(nowMs - newestMs)),
      `. None of the ${gpus.length} GPUs reports; the last values are still shown, greyed.`,
    ],
    sinceMs: newestMs,
    gpuUuid: null,
  };
}

function checkMemory(gpu: LatestGpu, thresholds: PressureThresholds): AttentionItem | null {
  const { memoryUsedMib, memoryTotalMib } = gpu.sample.values;
  const share = memorySharePercent(memoryUsedMib, memoryTotalMib);
  if (gpu.stale || share === null || memoryUsedMib === null || memoryTotalMib === null) return null;
  const level = memoryLevel(share, thresholds);
  if (level === "normal") return null;
  const percent = `${formatDecimals(share, 1)} %`;
  return {
    ...about(gpu, "memory"),
    level: level === "critical" ? "crit" : "warn",
    sentence: [
      "VRAM is ",
      strong(`${percent} full`),
      `, ${formatGib(memoryUsedMib)} of ${formatGib(memoryTotalMib)} GiB. `,
      level === "critical"
        ? `At ${formatFigure(thresholds.criticalPercent)} % and more the next large request may fail.`
        : `${formatGib(memoryTotalMib - memoryUsedMib)} GiB are free.`,
    ],
    sinceMs: null,
    gpuUuid: gpu.sample.gpuUuid,
  };
}

function checkThrottling(gpu: LatestGpu): AttentionItem | null {
  const bits = gpu.sample.values.throttleReasons;
  if (gpu.stale || bits === null) return null;
  const reasons = throttlingNow(bits);
  if (reasons.length === 0) return null;
  const clock = gpu.sample.values.smClockMhz;
  return {
    ...about(gpu, "throttle"),
    level: "warn",
    sentence: [
      "is held back: ",
      strong(reasons.map((reason) => reason.label).join(", ")),
      clock === null ? "." : `. The SM clock is ${formatFigure(clock)} MHz.`,
    ],
    sinceMs: null,
  };
}

function checkHeat(gpu: LatestGpu): AttentionItem | null {
  const { temperatureCelsius, slowdownTemperatureCelsius } = gpu.sample.values;
  if (gpu.stale || temperatureCelsius === null || slowdownTemperatureCelsius === null) return null;
  if (temperatureCelsius < slowdownTemperatureCelsius) return null;
  return {
    ...about(gpu, "heat"),
    level: "crit",
    sentence: [
      "is at ",
      strong(`${formatFigure(temperatureCelsius)} °C`),
      `; it slows down at ${formatFigure(slowdownTemperatureCelsius)} °C. Check its cooling.`,
    ],
    sinceMs: null,
  };
}

function checkValues(gpu: LatestGpu): AttentionItem | null {
  const setAside = gpuMetrics.filter((metric) => gpu.sample.missing[metric] === "impossible_value");
  if (setAside.length === 0) return null;
  const names = setAside.map((metric) => gpuMetricFacts[metric].label).join(", ");
  return {
    ...about(gpu, "values"),
    level: "warn",
    sentence: [
      "reports ",
      strong(setAside.length === 1 ? "an impossible value" : "impossible values"),
      `: ${names}. Set aside, drawn as a gap and not as 0.`,
    ],
    sinceMs: gpu.sample.recordedAtMs,
  };
}

/** A real source failed and a later one took over. */
function checkSources(sources: readonly SourceStatus[]): AttentionItem | null {
  const active = sources.find((status) => status.state === "active");
  if (!active || active.source === "simulated") return null;
  const failed = sources
    .slice(0, sources.indexOf(active))
    .find((status) => status.state === "unavailable");
  if (!failed) return null;
  return {
    id: "sources",
    level: "warn",
    subject: "Source",
    sentence: [
      strong(sourceName(failed.source)),
      ` does not answer: ${failed.detail}. ${sourceName(active.source)} is used instead; it may give fewer values.`,
    ],
    sinceMs: null,
    gpuUuid: null,
  };
}

function checkDatabase(isHistoryStale: boolean): AttentionItem | null {
  if (!isHistoryStale) return null;
  return {
    id: "database",
    level: "warn",
    subject: "Database",
    sentence: [
      strong("does not answer."),
      " History is shown from memory and may be short; new samples wait until it is back.",
    ],
    sinceMs: null,
    gpuUuid: null,
  };
}
