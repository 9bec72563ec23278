import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PressureLevel } from "./pressure-level";
import {
  type LevelChange,
  nextPressure,
  type PressureState,
  restoredPressure,
  unknownPressure,
} from "./pressure-machine";

const thresholds = { warningPercent: 85, criticalPercent: 95 };

/** Levels after each sample, and what changed; samples are [second, share]. */
function run(samples: readonly (readonly [number, number | null])[], from = unknownPressure) {
  let state: PressureState = from;
  const levels: (PressureLevel | null)[] = [];
  const changes: string[] = [];
  for (const [second, sharePercent] of samples) {
    const next = nextPressure(state, { atMs: second * 1_000, sharePercent }, thresholds);
    state = next.state;
    levels.push(state.level);
    if (next.change) changes.push(`${second}: ${words(next.change)}`);
  }
  return { state, levels, changes };
}

const words = ({ from, to }: LevelChange) => `${from ?? "unknown"} → ${to}`;
/** The same share once a second. */
const held = (fromSecond: number, toSecond: number, share: number | null) =>
  Array.from({ length: toSecond - fromSecond + 1 }, (_, n) => [fromSecond + n, share] as const);

describe("entering", () => {
  test.each([
    [0, "normal"],
    [84.999_999, "normal"],
    [85, "warning"],
    [94.999_999, "warning"],
    [95, "critical"],
    [100, "critical"],
  ])("%d % is %s at once, and nothing is rounded", (share, level) => {
    expect(run([[0, share]]).levels).toEqual([level]);
  });

  test("the first normal is no transition, the first pressure is one", () => {
    expect(run([[0, 50]]).changes).toEqual([]);
    expect(run([[0, 90]]).changes).toEqual(["0: unknown → warning"]);
  });

  test("over two levels it is one transition", () => {
    const { changes } = run([
      [0, 50],
      [1, 99],
    ]);
    expect(changes).toEqual(["1: normal → critical"]);
  });
});

describe("leaving", () => {
  test("needs two points below for ten seconds", () => {
    expect(run([[0, 90], ...held(1, 10, 83)]).changes).toEqual(["0: unknown → warning"]);
    expect(run([[0, 90], ...held(1, 11, 83)]).changes.at(-1)).toBe("11: warning → normal");
    expect(run([[0, 90], ...held(1, 60, 83.01)]).changes).toHaveLength(1);
  });

  test("one sample that is not low enough begins the ten seconds again", () => {
    const { changes } = run([[0, 90], ...held(1, 10, 80), [11, 84], ...held(12, 22, 80)]);
    expect(changes.at(-1)).toBe("22: warning → normal");
  });

  test("over two levels it is one transition; one level at a time when that is what memory does", () => {
    expect(run([[0, 99], ...held(1, 11, 10)]).changes.at(-1)).toBe("11: critical → normal");
    expect(run([[0, 99], ...held(1, 5, 90), ...held(6, 16, 10)]).changes.slice(1)).toEqual([
      "11: critical → warning",
      "16: warning → normal",
    ]);
    expect(run([[0, 99], ...held(1, 60, 84)]).changes.slice(1)).toEqual(["11: critical → warning"]);
  });

  test("flapping at a threshold is one transition", () => {
    const flapping = Array.from({ length: 600 }, (_, n) => [n, n % 2 === 0 ? 85 : 84.9] as const);
    expect(run(flapping).changes).toEqual(["0: unknown → warning"]);
  });
});

describe("unknown memory", () => {
  test("has no level and makes no transition, going and coming", () => {
    const { levels, changes } = run([
      [0, 99],
      [1, null],
      [2, 99],
    ]);
    expect(levels).toEqual(["critical", null, "critical"]);
    expect(changes).toHaveLength(1);
  });

  test("does not count as being low", () => {
    expect(run([[0, 90], [1, 50], ...held(2, 30, null), [31, 50]]).levels.at(-1)).toBe("warning");
  });
});

describe("time", () => {
  test("a clock that is set back delays a leave by ten seconds at most, and hides nothing", () => {
    const { changes } = run([[4_000, 90], ...held(4_001, 4_005, 50), ...held(400, 411, 50)]);
    expect(changes.at(-1)).toBe("410: warning → normal");
    expect(run([[4_000, 50], ...held(400, 401, 99)]).changes).toEqual(["400: normal → critical"]);
  });

  test("two low samples far apart say nothing of the time between", () => {
    const { levels } = run([
      [0, 90],
      [1, 50],
      [4_000, 50],
    ]);
    expect(levels.at(-1)).toBe("warning");
  });

  test("polls of a minute leave too", () => {
    const { levels } = run([
      [0, 90],
      [60, 50],
      [120, 50],
    ]);
    expect(levels).toEqual(["warning", "warning", "normal"]);
  });

  test("after a restart the stored level goes on, with its time", () => {
    const { state, changes } = run(held(100, 109, 50), restoredPressure("critical", 5_000));
    expect(state).toMatchObject({ level: "critical", sinceMs: 5_000 });
    expect(changes).toEqual([]);
    expect(run(held(100, 110, 50), restoredPressure("critical", 5_000)).changes).toEqual([
      "110: critical → normal",
    ]);
  });
});

const samples = fc.array(
  fc.record({
    stepMs: fc.oneof(
      fc.integer({ min: 0, max: 5_000 }),
      fc.integer({ min: -90_000, max: 400_000 }),
    ),
    sharePercent: fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: null }),
  }),
  { maxLength: 200 },
);

test("properties: never below what the share says, never unknown by chance, changes are a chain", () => {
  fc.assert(
    fc.property(samples, (steps) => {
      let state = unknownPressure;
      let atMs = 1e12;
      let last: PressureLevel | null = null;
      let lowSinceMs = atMs;
      for (const { stepMs, sharePercent } of steps) {
        atMs += stepMs;
        const { state: next, change } = nextPressure(state, { atMs, sharePercent }, thresholds);
        expect(next.level === null).toBe(sharePercent === null);
        if (sharePercent === null) expect(change).toBeNull();
        else {
          if (sharePercent >= 95) expect(next.level).toBe("critical");
          if (sharePercent >= 85) expect(next.level).not.toBe("normal");
          if (change) {
            expect(change.from).toBe(last);
            expect(change.to).not.toBe(change.from);
            expect(next.sinceMs).toBe(atMs);
          }
          last = next.level;
        }
        // A level is left only after ten seconds without a sample of its own.
        if (sharePercent === null || sharePercent > 83 || stepMs < 0) lowSinceMs = atMs;
        if (change?.to === "normal") expect(atMs - lowSinceMs).toBeGreaterThanOrEqual(10_000);
        state = next;
      }
    }),
  );
});

test("property: ten seconds of anything low enough end in normal, from every state", () => {
  fc.assert(
    fc.property(samples, fc.double({ min: 0, max: 83, noNaN: true }), (steps, share) => {
      let state = unknownPressure;
      let atMs = 1e12;
      for (const { stepMs, sharePercent } of steps) {
        atMs += stepMs;
        ({ state } = nextPressure(state, { atMs, sharePercent }, thresholds));
      }
      for (let n = 0; n <= 11; n++) {
        atMs += 1_000;
        ({ state } = nextPressure(state, { atMs, sharePercent: share }, thresholds));
      }
      expect(state.level).toBe("normal");
    }),
  );
});
