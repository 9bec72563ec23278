import { describe, expect, test } from "vitest";
import { medianDeviation, ratioStepOf } from "./ratio-counts";
import { type ComparedCall, countingRatio, judgeCall, LEAST_MEASURED_CALLS } from "./silent-cut";

const call = (given: Partial<ComparedCall> = {}): ComparedCall => ({
  methodKind: "encoding",
  countedTokens: 10_000,
  reportedTokens: 10_000,
  availableTokens: 129_536,
  ...given,
});

/** Measured calls with these ratios. */
function ratios(...values: number[]): number[] {
  const counts: number[] = [];
  for (const value of values) {
    const step = ratioStepOf(value);
    while (counts.length <= step) counts.push(0);
    counts[step] = (counts[step] ?? 0) + 1;
  }
  return counts;
}
const many = (value: number, count = 20) => Array.from({ length: count }, () => value);

describe("exact methods", () => {
  test.each(["server", "tokenizer"] as const)("%s: any real deficit is a cut", (methodKind) => {
    expect(judgeCall(call({ methodKind, reportedTokens: 9_868 }), null)).toBe("measured");
    expect(judgeCall(call({ methodKind, reportedTokens: 9_867 }), null)).toBe("cut");
  });
  test("the template's tokens on top are no deficit", () => {
    expect(judgeCall(call({ methodKind: "server", reportedTokens: 10_400 }), null)).toBe(
      "measured",
    );
  });
  test("a short prompt may differ by a few markers", () => {
    const short = { methodKind: "tokenizer", countedTokens: 64, reportedTokens: 32 } as const;
    expect(judgeCall(call(short), null)).toBe("measured");
    expect(judgeCall(call({ ...short, reportedTokens: 31 }), null)).toBe("cut");
  });
});

describe("encodings", () => {
  const known = ratios(...many(0.02), ...many(0.03));
  test("say nothing before ten calls were measured", () => {
    const cut = call({ reportedTokens: 4_096 });
    expect(judgeCall(cut, null)).toBe("ignored");
    expect(judgeCall(cut, ratios(...many(0.02, LEAST_MEASURED_CALLS - 1)))).toBe("ignored");
    expect(judgeCall(cut, ratios(...many(0.02, LEAST_MEASURED_CALLS)))).toBe("cut");
  });
  test("a deficit within what they are off by is theirs", () => {
    expect(judgeCall(call({ reportedTokens: 9_400 }), known)).toBe("measured");
    expect(judgeCall(call({ reportedTokens: 9_000 }), known)).toBe("cut");
  });
  test("one that counts 30 % too much is judged from there", () => {
    const off = ratios(...many(0.3), ...many(0.31));
    expect(judgeCall(call({ reportedTokens: 7_600 }), off)).toBe("measured");
    expect(judgeCall(call({ reportedTokens: 6_000 }), off)).toBe("cut");
  });
  test("scattered ratios need a larger deficit", () => {
    const scattered = ratios(...many(-0.1), ...many(0), ...many(0.1));
    expect(judgeCall(call({ reportedTokens: 7_000 }), scattered)).toBe("measured");
  });
  test("cuts that slipped in first do not hide those that come", () => {
    const poisoned = ratios(...many(0.02, 11), ...many(0.9, 9));
    expect(judgeCall(call({ reportedTokens: 7_000 }), poisoned)).toBe("cut");
  });
  test("a short prompt accuses nobody", () => {
    expect(judgeCall(call({ countedTokens: 127, reportedTokens: 70 }), known)).toBe("measured");
  });
});

describe("what measures nothing", () => {
  test("a report without prompt tokens", () => {
    expect(judgeCall(call({ methodKind: "server", reportedTokens: 0 }), null)).toBe("ignored");
  });
  test("a prompt beyond the window: the server may have cut it", () => {
    expect(judgeCall(call({ availableTokens: 9_999, reportedTokens: 9_900 }), null)).toBe(
      "ignored",
    );
  });
  test("half of what was counted", () => {
    expect(judgeCall(call({ reportedTokens: 5_000 }), null)).toBe("measured");
    expect(judgeCall(call({ reportedTokens: 4_999 }), null)).toBe("ignored");
  });
});

test("an estimate never accuses", () => {
  const known = ratios(...many(0.02));
  expect(judgeCall(call({ methodKind: "estimate", reportedTokens: 100 }), known)).toBe("ignored");
  expect(judgeCall(call({ methodKind: "estimate", reportedTokens: 6_000 }), known)).toBe(
    "measured",
  );
});

describe("ratio counts", () => {
  test("steps of 1 % from -100 % to beyond +100 %", () => {
    expect([-1, -0.995, 0, 0.02, 0.999, 1, 7].map(ratioStepOf)).toEqual([
      0, 0, 100, 102, 199, 199, 199,
    ]);
    expect(ratioStepOf(countingRatio({ countedTokens: 1, reportedTokens: 10_000 }))).toBe(0);
  });
  test("middle and distance, to a step", () => {
    const { calls, median, deviation } = medianDeviation(ratios(...many(0.02, 3), 0.06, 0.9)) ?? {};
    expect(calls).toBe(5);
    expect(median).toBeCloseTo(0.025);
    expect(deviation).toBeCloseTo(0);
    expect(medianDeviation([])).toBeNull();
    expect(medianDeviation([0, 0])).toBeNull();
  });
});
