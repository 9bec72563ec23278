import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gpuMetrics } from "./gpu-metric-facts";
import { emptyReading, MissingReason } from "./gpu-sample";
import { decodeMissing, encodeMissing } from "./missing-code";

describe("missing code", () => {
  test("a sample with all values has an empty code", () => {
    expect(encodeMissing({})).toBe("");
    expect(decodeMissing("")).toEqual({});
  });

  test("a letter stands at the place of its metric, and trailing dots are left out", () => {
    const code = encodeMissing({ memoryUsedMib: "read_error", powerWatts: "not_supported" });
    expect(code).toBe(".e..s");
  });

  test("an empty reading keeps a reason for each of the 25 metrics", () => {
    const { missing } = emptyReading("not_offered");
    expect(encodeMissing(missing)).toHaveLength(gpuMetrics.length);
    expect(decodeMissing(encodeMissing(missing))).toEqual(missing);
  });

  test("any set of reasons survives the way there and back", () => {
    const anyMissing = fc.dictionary(
      fc.constantFrom(...gpuMetrics),
      fc.constantFrom(...MissingReason.options),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(anyMissing, (missing) => {
        expect(decodeMissing(encodeMissing(missing))).toEqual(missing);
      }),
    );
  });

  test("letters of a newer release are left out, not guessed", () => {
    expect(decodeMissing("?s")).toEqual({ memoryUsedMib: "not_supported" });
    expect(decodeMissing("s".repeat(40))).toEqual(emptyAs("not_supported"));
  });
});

function emptyAs(reason: "not_supported") {
  return Object.fromEntries(gpuMetrics.map((metric) => [metric, reason]));
}
