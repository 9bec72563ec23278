import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gpuMetrics } from "./gpu-metric-facts";
import { decodeRawPoints, encodeRawPoints, type RawPoints } from "./raw-points";

const anyPoints = fc
  .record({
    firstMs: fc.integer({ min: 0, max: 4e12 }),
    waitsMs: fc.array(fc.integer({ min: 1, max: 40 * 86_400_000 }), { maxLength: 50 }),
    metrics: fc.uniqueArray(fc.constantFrom(...gpuMetrics), { maxLength: 9 }),
    isEmpty: fc.boolean(),
    seed: fc.float({ noNaN: true, noDefaultInfinity: true }),
    simulated: fc.boolean(),
    stale: fc.boolean(),
  })
  .map(({ firstMs, waitsMs, metrics, isEmpty, seed, simulated, stale }) => {
    const times = isEmpty ? [] : [firstMs];
    if (!isEmpty) for (const waitMs of waitsMs) times.push((times.at(-1) ?? 0) + waitMs);
    const values = Object.fromEntries(
      metrics.map((metric, m) => [
        metric,
        Float32Array.from(times, (_, i) => ((i + m) % 3 === 0 ? Number.NaN : seed * (i + 1))),
      ]),
    );
    const points: RawPoints = { timesMs: Float64Array.from(times), values, simulated, stale };
    return { points, metrics };
  });

describe("raw points as bytes", () => {
  test("what is encoded comes out: every time, every float, NaN for what is not known", () => {
    fc.assert(
      fc.property(anyPoints, fc.nat(7), ({ points, metrics }, shift) => {
        const encoded = encodeRawPoints(points, metrics);
        // As it may lie in the middle of a larger buffer.
        const moved = new Uint8Array(encoded.length + shift).subarray(shift);
        moved.set(encoded);
        expect(decodeRawPoints(moved)).toEqual(points);
      }),
    );
  });

  test("a second of steady polling takes five bytes", () => {
    const count = 86_400;
    const timesMs = Float64Array.from({ length: count }, (_, i) => i * 1_000 + ((i * 7) % 11));
    const utilizationPercent = new Float32Array(count);
    const points = { timesMs, values: { utilizationPercent }, simulated: false, stale: false };
    expect(encodeRawPoints(points, ["utilizationPercent"]).length).toBeLessThan(5 * count + 32);
  });

  test("a metric without a column is unknown throughout", () => {
    const timesMs = Float64Array.of(1, 2);
    const points = { timesMs, values: {}, simulated: false, stale: true };
    const { values } = decodeRawPoints(encodeRawPoints(points, ["powerWatts"]));
    expect(values.powerWatts).toEqual(Float32Array.of(Number.NaN, Number.NaN));
  });

  test("bytes that are cut off anywhere, or of another version, are refused", () => {
    const timesMs = Float64Array.of(1_000, 2_000, 3_500);
    const values = { powerWatts: Float32Array.of(1, 2, 3) };
    const points = { timesMs, values, simulated: false, stale: false };
    const encoded = encodeRawPoints(points, ["powerWatts"]);
    for (let length = 0; length < encoded.length; length++)
      expect(() => decodeRawPoints(encoded.slice(0, length))).toThrow(RangeError);
    expect(() => decodeRawPoints(Uint8Array.of(2, ...encoded.slice(1)))).toThrow(/version/);
    expect(() => decodeRawPoints(new Uint8Array(encoded.length).fill(255))).toThrow(RangeError);
  });

  test("a metric of a newer release is left out", () => {
    const points = { timesMs: Float64Array.of(5), values: {}, simulated: false, stale: false };
    const encoded = encodeRawPoints(points, ["powerWatts", "smClockMhz"]);
    encoded[16] = 250;
    expect(Object.keys(decodeRawPoints(encoded).values)).toEqual(["smClockMhz"]);
  });
});
