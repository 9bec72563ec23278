import { expect, test } from "vitest";
import { gpuSample } from "@/fixtures/gpu-samples";
import { admitSamples } from "./admit-samples";
import { GpuRing } from "./gpu-ring";

const NOON = Date.UTC(2026, 4, 1, 12);
const DAY_MS = 86_400_000;

test("what the retention of single samples keeps is taken, and nothing older", () => {
  const nowMs = NOON;
  const ring = new GpuRing({ historyMs: 60_000, nowMs: () => nowMs });
  const sample = gpuSample({ recordedAtMs: NOON - 40 * DAY_MS });
  const admit = (days: number) =>
    admitSamples([sample], { ring, nowMs, rawRetentionMs: days * DAY_MS });
  expect(admit(41)).toEqual({ admitted: [sample], refusals: [] });
  expect(admit(39)).toEqual({ admitted: [], refusals: ["too_old"] });
});
