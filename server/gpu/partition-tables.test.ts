import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  partitionAt,
  partitionedTables,
  partitionNamed,
  partitionsBetween,
  rawTable,
  rollUpTables,
} from "./partition-tables";

const anyTable = fc.constantFrom(...partitionedTables);
const anyTime = fc.integer({ min: 0, max: Date.UTC(2200, 0) });

describe("partitions", () => {
  test("hold their time, and are found again by their name", () => {
    fc.assert(
      fc.property(anyTable, anyTime, (table, timeMs) => {
        const span = partitionAt(table, timeMs);
        expect(span.fromMs <= timeMs && timeMs < span.toMs).toBe(true);
        expect(partitionNamed(table, span.name)).toEqual(span);
      }),
    );
  });

  test("follow each other without gap or overlap, over a leap day too", () => {
    for (const table of partitionedTables) {
      const range = { fromMs: Date.UTC(2028, 1, 27, 5), toMs: Date.UTC(2028, 3, 1) };
      const spans = partitionsBetween(table, range);
      expect(spans).toHaveLength(table.span === "day" ? 34 : 2);
      for (const [i, { toMs }] of spans.slice(0, -1).entries())
        expect(spans[i + 1]?.fromMs).toBe(toMs);
    }
  });

  test("have names by day or by month", () => {
    const leapDay = Date.UTC(2028, 1, 29, 23, 59);
    expect(partitionAt(rawTable, leapDay).name).toBe("gpu_stats_20280229");
    expect(partitionAt(rollUpTables["1h"], leapDay)).toMatchObject({
      name: "gpu_rollup_1h_202802",
      fromMs: Date.UTC(2028, 1, 1),
      toMs: Date.UTC(2028, 2, 1),
    });
  });

  test("other names are none of ours", () => {
    for (const name of [
      "gpu_stats_20260231",
      "gpu_stats_202602",
      "gpu_stats_20260201_next",
      "gpu_hours_20260201",
      "gpu_stats_",
      "somebody_elses",
    ])
      expect(partitionNamed(rawTable, name)).toBeNull();
  });
});
