import { describe, expect, test } from "vitest";
import type { PressureEvent } from "../pressure/pressure-event";
import { criticalBands, pressureEvents } from "./pressure-events";

const event = (atMs: number, over: Partial<PressureEvent> = {}): PressureEvent => ({
  sequence: atMs,
  kind: "level",
  gpuUuid: "GPU-0",
  host: "atlas",
  gpuIndex: 0,
  source: "nvml",
  atMs,
  fromLevel: "warning",
  level: "critical",
  sharePercent: 95.1,
  memoryUsedMib: 951,
  memoryTotalMib: 1_000,
  secondsToCritical: null,
  confidence: null,
  ...over,
});

test("levels, forecasts and how these ended, in words with their figures", () => {
  const events = pressureEvents([
    event(1),
    event(2, { kind: "forecast", level: "warning", secondsToCritical: 248, confidence: 0.82 }),
    event(3, { kind: "forecast_cleared", level: "normal" }),
    event(4, { fromLevel: null, level: "warning" }),
  ]);
  expect(events.map(({ kind, level, text, detail }) => [kind, level, text, detail])).toEqual([
    ["pressure", "crit", "Warning → critical", "95.1 %"],
    ["forecast", "warn", "Critical is near", "in 4 m 08 s, 82 % sure"],
    ["forecast", "note", "Critical is no longer near", "95.1 %"],
    ["pressure", "warn", "Unknown → warning", "95.1 %"],
  ]);
});

describe("criticalBands", () => {
  const range = { gpuUuid: "GPU-0", levelBefore: null, fromMs: 0, toMs: 100 };

  test("from entering to leaving; the last one lasts until the end of the range", () => {
    const events = [event(10), event(20, { level: "warning" }), event(60)];
    expect(criticalBands(events, range)).toEqual([
      { fromMs: 10, toMs: 20 },
      { fromMs: 60, toMs: 100 },
    ]);
  });

  test("one that began before the range begins with it; other GPUs and forecasts do not count", () => {
    const events = [
      event(5, { gpuUuid: "GPU-1", level: "normal" }),
      event(7, { kind: "forecast", level: "normal" }),
      event(30, { level: "warning" }),
    ];
    expect(criticalBands(events, { ...range, levelBefore: "critical" })).toEqual([
      { fromMs: 0, toMs: 30 },
    ]);
  });
});
