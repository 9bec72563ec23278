import { describe, expect, test } from "vitest";
import { gpuSample } from "@/fixtures/gpu-samples";
import { InferenceLedger } from "./inference-ledger";
import { withInferenceRates } from "./with-inference-rates";

const NOON = Date.UTC(2026, 4, 1, 12);
const MINUTE_MS = 60_000;
const gpu = (uuid: string, isDefault = false) => ({ uuid, isDefault });

describe("the rate of a GPU", () => {
  test("is what finished in the 60 s up to the time, by 60", () => {
    const ledger = new InferenceLedger();
    ledger.add({ gpuUuid: "a", atMs: NOON, count: 30 });
    ledger.add({ gpuUuid: "a", atMs: NOON + 30_000, count: 60 });
    ledger.add({ gpuUuid: "a", atMs: NOON + 30_400, count: 6 });
    const rate = (afterMs: number) => ledger.rateOf(gpu("a"), NOON + afterMs);
    expect(rate(-1)).toBeNull();
    expect(rate(0)).toBe(0.5);
    expect(rate(59_999)).toBe(96 / 60);
    expect(rate(60_000)).toBe(66 / 60);
    expect(rate(90_000)).toBe(0);
  });

  test("is null when nothing was ever reported, or for 5 minutes; a report of none keeps it 0", () => {
    const ledger = new InferenceLedger();
    expect(ledger.rateOf(gpu("a"), NOON)).toBeNull();
    ledger.add({ gpuUuid: "a", atMs: NOON, count: 5 });
    expect(ledger.rateOf(gpu("b"), NOON)).toBeNull();
    expect(ledger.rateOf(gpu("a"), NOON + 5 * MINUTE_MS - 1)).toBe(0);
    expect(ledger.rateOf(gpu("a"), NOON + 5 * MINUTE_MS)).toBeNull();
    ledger.add({ gpuUuid: "a", atMs: NOON + 4 * MINUTE_MS, count: 0 });
    expect(ledger.rateOf(gpu("a"), NOON + 5 * MINUTE_MS)).toBe(0);
  });

  test("of the default one has the reports that name none", () => {
    const ledger = new InferenceLedger();
    ledger.add({ gpuUuid: null, atMs: NOON, count: 60 });
    ledger.add({ gpuUuid: "a", atMs: NOON, count: 120 });
    expect(ledger.rateOf(gpu("a", true), NOON)).toBe(3);
    expect(ledger.rateOf(gpu("a"), NOON)).toBe(2);
    expect(ledger.rateOf(gpu("b", true), NOON)).toBe(1);
  });

  test("of an hour ago is still known, in whatever order reports come; older seconds give way", () => {
    const ledger = new InferenceLedger();
    const hourMs = 60 * MINUTE_MS;
    ledger.add({ gpuUuid: "a", atMs: NOON + hourMs, count: 1 });
    ledger.add({ gpuUuid: "a", atMs: NOON, count: 60 });
    expect(ledger.rateOf(gpu("a"), NOON)).toBe(1);
    expect(ledger.rateOf(gpu("a"), NOON + hourMs)).toBe(1 / 60);
    ledger.add({ gpuUuid: "a", atMs: NOON + 4_096_000, count: 1 });
    expect(ledger.rateOf(gpu("a"), NOON + 4_096_000)).toBe(1 / 60);
  });
});

test("samples get the rate at their own time; what a source knows itself stays", () => {
  const ledger = new InferenceLedger();
  ledger.add({ gpuUuid: "a", atMs: NOON, count: 60 });
  const known = gpuSample({ gpuUuid: "a", recordedAtMs: NOON, values: { inferenceFps: 7 } });
  const samples = [
    gpuSample({ gpuUuid: "a", recordedAtMs: NOON + 1_000 }),
    gpuSample({ gpuUuid: "b", recordedAtMs: NOON + 1_000 }),
    known,
  ];
  const [a, b, c] = withInferenceRates(samples, { ledger, defaultUuid: "b" });
  expect(a?.values.inferenceFps).toBe(1);
  expect(a?.missing).not.toHaveProperty("inferenceFps");
  expect(b).toBe(samples[1]);
  expect(b?.values.inferenceFps).toBeNull();
  expect(b?.missing.inferenceFps).toBe("not_reported");
  expect(c).toBe(known);
});
