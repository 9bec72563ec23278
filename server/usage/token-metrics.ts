import { Counter, Gauge, Histogram, type Registry } from "@prometheus-io/client";
import type { BudgetMarkReached } from "@/domain/tokens/token-budget";
import type { SilentCut } from "@/domain/tokens/usage-report";
import type { ValidationRecord } from "@/domain/tokens/validation-record";
import { BoundedNames } from "@/server/bounded-names";
import type { NewReport } from "./report-write-store";

const MAX_MODELS = 100;
const MAX_PAIRS = 200;
const MAX_BUDGETS = 200;

const names = {
  utilization: "hsi_llm_context_utilization",
  utilizationRatio: "hsi_llm_context_utilization_ratio",
  highUtilization: "hsi_prompts_high_utilization_total",
  truncated: "hsi_prompts_truncated_total",
  promptTokens: "sightline_prompt_tokens_total",
  completionTokens: "sightline_completion_tokens_total",
  silentCuts: "sightline_prompts_cut_silently_total",
  budgetMarks: "sightline_token_budget_marks_total",
};

export interface TokenMetrics {
  /** A prompt that was judged; once a validation. */
  validated(record: ValidationRecord): void;
  /** A report that was not known before. */
  reported(
    report: Pick<NewReport, "service" | "model" | "promptTokens" | "completionTokens">,
  ): void;
  cut(cut: Pick<SilentCut, "service" | "model">): void;
  markReached(mark: Pick<BudgetMarkReached, "name" | "mark">): void;
  unregister(): void;
}

/** Registers what `/metrics` shows of prompts and tokens. Names of services, models and budgets are bounded. */
export function createTokenMetrics(registry: Registry): TokenMetrics {
  const models = new BoundedNames(MAX_MODELS);
  const pairs = new BoundedNames(MAX_PAIRS);
  const budgets = new BoundedNames(MAX_BUDGETS);
  const prompts = registerPrompts(registry);
  const tokens = registerTokens(registry);
  const labelsOf = (of: { service: string; model: string }) => {
    const model = models.labelOf(of.model);
    return { service: pairs.labelOf(of.service, JSON.stringify([of.service, model])), model };
  };
  return {
    validated({ model, utilization, outcome, wasTruncated }) {
      prompts.utilization.observe(utilization);
      prompts.utilizationRatio.set({ model: models.labelOf(model) }, utilization);
      if (outcome !== "ok") prompts.highUtilization.inc();
      if (wasTruncated) prompts.truncated.inc();
    },
    reported(report) {
      const labels = labelsOf(report);
      tokens.promptTokens.inc(labels, report.promptTokens);
      tokens.completionTokens.inc(labels, report.completionTokens);
    },
    cut(cut) {
      tokens.silentCuts.inc(labelsOf(cut));
    },
    markReached({ name, mark }) {
      tokens.budgetMarks.inc({ budget: budgets.labelOf(name), mark: String(mark) });
    },
    unregister() {
      for (const name of Object.values(names)) registry.removeSingleMetric(name);
    },
  };
}

function registerPrompts(registry: Registry) {
  const registers = [registry];
  return {
    utilization: new Histogram({
      name: names.utilization,
      help: "Share of the available tokens that validated prompts fill; above 1 they do not fit.",
      buckets: [0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1, 1.1, 1.25, 1.5, 2],
      registers,
    }),
    utilizationRatio: new Gauge({
      name: names.utilizationRatio,
      help: "The same of the newest prompt of a model.",
      labelNames: ["model"],
      registers,
    }),
    highUtilization: new Counter({
      name: names.highUtilization,
      help: "Validated prompts from the warning threshold of their profile on, those that do not fit included.",
      registers,
    }),
    truncated: new Counter({
      name: names.truncated,
      help: "Prompts of which sections were removed, or that were cut at the end, so that they fit.",
      registers,
    }),
  };
}

function registerTokens(registry: Registry) {
  const labelNames = ["service", "model"] as const;
  const registers = [registry];
  return {
    promptTokens: new Counter({
      name: names.promptTokens,
      help: "Tokens of prompts, as servers reported them.",
      labelNames,
      registers,
    }),
    completionTokens: new Counter({
      name: names.completionTokens,
      help: "Tokens of answers, as servers reported them.",
      labelNames,
      registers,
    }),
    silentCuts: new Counter({
      name: names.silentCuts,
      help: "Prompts of which a server counted fewer tokens than were sent, without an error.",
      labelNames,
      registers,
    }),
    budgetMarks: new Counter({
      name: names.budgetMarks,
      help: "Marks of token budgets that were reached: 50, 80 or 100 % of a day.",
      labelNames: ["budget", "mark"],
      registers,
    }),
  };
}
