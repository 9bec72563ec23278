import { Registry } from "@prometheus-io/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { validationRecord } from "@/fixtures/validation-records";
import { createTokenMetrics, type TokenMetrics } from "./token-metrics";

let registry: Registry;
let metrics: TokenMetrics;

beforeEach(() => {
  registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
  metrics = createTokenMetrics(registry);
});
afterEach(() => {
  metrics.unregister();
});

const lines = async () => (await registry.metrics()).split("\n");

describe("a validation", () => {
  test("is observed once, without labels, in buckets that go past 1", async () => {
    metrics.validated(validationRecord({ utilization: 1.3, outcome: "over" }));
    const text = await lines();
    expect(text).toContain("hsi_llm_context_utilization_count 1");
    const buckets = text
      .filter((line) => line.startsWith("hsi_llm_context_utilization_bucket"))
      .map((line) => /le="([^"]+)"\} (\d+)/.exec(line)?.slice(1));
    expect(
      buckets.map((bucket) => [
        Number(bucket?.[0]?.replace("+Inf", "Infinity")),
        Number(bucket?.[1]),
      ]),
    ).toEqual([
      ...[0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1, 1.1, 1.25].map((le) => [le, 0]),
      ...[1.5, 2, Infinity].map((le) => [le, 1]),
    ]);
    expect(text).toContain('hsi_llm_context_utilization_ratio{model="nemotron"} 1.3');
  });

  test("counts as high from the warning on, and as truncated when it was", async () => {
    for (const outcome of ["ok", "warning", "over"] as const)
      metrics.validated(validationRecord({ outcome, wasTruncated: outcome === "over" }));
    const text = await lines();
    expect(text).toContain("hsi_prompts_high_utilization_total 2");
    expect(text).toContain("hsi_prompts_truncated_total 1");
  });
});

test("tokens, cuts and marks are counted by their names", async () => {
  metrics.reported({ service: "api", model: "m", promptTokens: 7, completionTokens: 3 });
  metrics.reported({ service: "api", model: "m", promptTokens: 1, completionTokens: 0 });
  metrics.cut({ service: "api", model: "m" });
  metrics.markReached({ name: "all", mark: 80 });
  expect(await lines()).toEqual(
    expect.arrayContaining([
      'sightline_prompt_tokens_total{service="api",model="m"} 8',
      'sightline_completion_tokens_total{service="api",model="m"} 3',
      'sightline_prompts_cut_silently_total{service="api",model="m"} 1',
      'sightline_token_budget_marks_total{budget="all",mark="80"} 1',
    ]),
  );
});

test("names from outside do not fill the memory: past a bound they are other, and nothing is lost", async () => {
  for (let number = 0; number < 1_000; number++) {
    const names = { service: `service-${number}`, model: `model-${number}` };
    metrics.reported({ ...names, promptTokens: 1, completionTokens: 1 });
    metrics.validated(validationRecord(names));
  }
  const text = await lines();
  const series = (name: string) => text.filter((line) => line.startsWith(`${name}{`));
  expect(series("hsi_llm_context_utilization_ratio")).toHaveLength(101);
  expect(series("sightline_prompt_tokens_total").length).toBeLessThanOrEqual(202);
  const sum = series("sightline_prompt_tokens_total").reduce(
    (all, line) => all + Number(line.split("} ")[1]),
    0,
  );
  expect(sum).toBe(1_000);
});

test("are gone when the feature stops", async () => {
  metrics.unregister();
  expect((await lines()).filter((line) => line.startsWith("hsi_"))).toEqual([]);
});
