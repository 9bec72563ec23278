import { describe, expect, test } from "vitest";
import { usageVerdict } from "./usage-verdict";

const row = (changes: Partial<Parameters<typeof usageVerdict>[0][number]> = {}) => ({
  service: "api",
  model: "nemotron",
  prompts: 900,
  meanUtilization: 0.5,
  over: 0,
  silentCuts: 0,
  truncated: 0,
  ...changes,
});

describe("usageVerdict", () => {
  test("without a validated prompt there is none", () => {
    expect(usageVerdict([])).toEqual({ kind: "none" });
    // Only reports of usage came: nothing is known of how full a context was.
    expect(usageVerdict([row({ prompts: 0, meanUtilization: null })])).toEqual({ kind: "none" });
  });

  test("the lead is the pair with the fullest budget, whatever its place and number of prompts", () => {
    const rows = [
      row({ service: "batch", prompts: 5_000, meanUtilization: 0.1 }),
      row({ meanUtilization: 0.7 }),
      row({ model: "florence", meanUtilization: 0.04 }),
    ];
    expect(usageVerdict(rows)).toEqual({
      kind: "fits",
      prompts: 6_800,
      over: 0,
      silentCuts: 0,
      truncated: 0,
      lead: { service: "api", model: "nemotron", meanUtilization: 0.7, prompts: 900 },
    });
  });

  test("who is cut leads, then who was over and was sent all the same; truncation is no trouble", () => {
    const truncating = row({ service: "truncating", meanUtilization: 1.06, over: 9, truncated: 9 });
    const over = row({ service: "over", meanUtilization: 0.6, over: 3 });
    const cut = row({ service: "cut", meanUtilization: 0.4, over: 1, silentCuts: 1 });
    const leadOf = (...rows: ReturnType<typeof row>[]) => {
      const verdict = usageVerdict(rows);
      return verdict.kind === "none" ? null : verdict.lead.service;
    };
    expect(leadOf(truncating, over, cut)).toBe("cut");
    expect(leadOf(truncating, over)).toBe("over");
    expect(leadOf(truncating, row())).toBe("truncating");
  });

  test("of equally full budgets the one with more prompts leads", () => {
    const rows = [row({ service: "few", prompts: 3 }), row({ service: "many", prompts: 30 })];
    expect(usageVerdict(rows)).toMatchObject({ lead: { service: "many" } });
  });

  test.each([
    ["just below the threshold it fits", { meanUtilization: 0.7999 }, "fits"],
    ["at the threshold it is full", { meanUtilization: 0.8 }, "full"],
    ["one prompt over", { over: 1 }, "over"],
    ["a cut weighs more than what was over", { over: 48, silentCuts: 12 }, "cut"],
    ["truncated by us is no fault", { truncated: 7 }, "fits"],
  ] as const)("%s", (_, changes, kind) => {
    expect(usageVerdict([row(changes)]).kind).toBe(kind);
  });

  test("counts are of all rows, not of the lead alone", () => {
    const rows = [row({ over: 40, silentCuts: 12 }), row({ service: "batch", over: 8 })];
    expect(usageVerdict(rows)).toMatchObject({ prompts: 1_800, over: 48, silentCuts: 12 });
  });
});
