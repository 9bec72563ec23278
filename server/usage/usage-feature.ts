import type { Registry } from "@prometheus-io/client";
import { budgetDayOf } from "@/domain/tokens/budget-day";
import type { BudgetMarkReached } from "@/domain/tokens/token-budget";
import type { SilentCut } from "@/domain/tokens/usage-report";
import type { ValidationRecord } from "@/domain/tokens/validation-record";
import { databaseProblem } from "@/server/database";
import type { Settings } from "@/server/env";
import { createRequestLimits } from "@/server/ingest";
import { createListeners } from "@/server/listeners";
import type { Logger } from "@/server/logger";
import type { CountingErrors } from "@/server/tokens";
import type { BudgetMarkStore } from "./budget-mark-store";
import type { BudgetStore } from "./budget-store";
import { BudgetWatch } from "./budget-watch";
import type { StoredCut } from "./comparison-store";
import { createErrorBook } from "./error-book";
import { ReportJoiner } from "./report-joiner";
import type { ReportStore } from "./report-store";
import { createTokenMetrics } from "./token-metrics";
import type { UsageContext } from "./usage-context";
import type { UsageReadStore } from "./usage-read-store";
import { runUpkeep } from "./usage-upkeep";

export interface UsageStore {
  reports: ReportStore;
  reads: UsageReadStore;
  budgets: BudgetStore;
  marks: BudgetMarkStore;
}

/** What the sockets need of usage. Both answer the function that ends the subscription. */
interface UsageFeed {
  onCut(listener: (cut: SilentCut) => void): () => void;
  onBudgetMark(listener: (mark: BudgetMarkReached) => void): () => void;
}

export interface UsageFeature {
  context: UsageContext;
  feed: UsageFeed;
  errors: CountingErrors;
  /** To be told of each validation that was judged, once. */
  onValidated: (record: ValidationRecord) => void;
  /** To be told of each validation after it was stored: its report may have come before. */
  onStored: (record: Pick<ValidationRecord, "service" | "requestId">) => void;
  /** Resolves when nothing that this portal knows of is still to be compared or marked. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** What servers report of tokens: counted, compared with what was validated, and measured against budgets. */
export function createUsageFeature(options: {
  store: UsageStore;
  modelNameOf: UsageContext["modelNameOf"];
  settings: Pick<Settings, "budgetTimeZone" | "tokenRollupRetentionDays">;
  logger: Pick<Logger, "info" | "warn">;
  registry: Registry;
  nowMs: () => number;
}): UsageFeature {
  const { store, modelNameOf, settings, logger, registry, nowMs } = options;
  const timeZone = settings.budgetTimeZone;
  const metrics = createTokenMetrics(registry);
  const cuts = createListeners<SilentCut>(logger);
  const marks = createListeners<BudgetMarkReached>(logger);
  const errors = createErrorBook(() => store.reads.measuredErrors());
  // One line a change, not one a try.
  const reportDatabase = (what: string) => (error: unknown) => {
    if (error === null) logger.info(`${what} works again`);
    else logger.warn({ problem: databaseProblem(error).message }, `${what} fails`);
  };

  const tellCuts = (stored: readonly StoredCut[]) => {
    for (const { event } of stored) {
      const { service, model, requestId, sentTokens, countedTokens } = event;
      metrics.cut(event);
      logger.warn(
        { promptService: service, model, promptRequestId: requestId, sentTokens, countedTokens },
        "A server counted fewer prompt tokens than were sent",
      );
      cuts.send(event);
    }
  };
  const joiner = new ReportJoiner({
    store: store.reports,
    onCuts: tellCuts,
    onStateChange: reportDatabase("Comparing reports with validations"),
    nowMs,
  });
  const watch = new BudgetWatch({
    store: store.marks,
    timeZone,
    onMark(mark) {
      const { name, usedTokens, dailyTokens } = mark;
      metrics.markReached(mark);
      logger.warn(
        { budget: name, usedTokens, dailyTokens },
        `A token budget reached ${mark.mark} % of its day`,
      );
      marks.send(mark);
    },
    nowMs,
  });
  const upkeep = runUpkeep({
    atStart: () => joiner.addLeftBehind(),
    often: [() => errors.refresh(), () => watch.check()],
    hourly: () => store.marks.prune(oldestDay(nowMs(), settings)),
    onStateChange: reportDatabase("Following usage and budgets"),
  });

  const context: UsageContext = {
    reports: store.reports,
    reads: store.reads,
    budgets: store.budgets,
    modelNameOf,
    limits: createRequestLimits(),
    timeZone,
    onReports({ accepted, cuts: found, alone }) {
      for (const report of accepted) metrics.reported(report);
      tellCuts(found);
      joiner.add(alone);
      if (accepted.length > 0) upkeep.soon();
    },
    checkMarks: () => watch.check(),
    nowMs,
  };
  return {
    context,
    feed: { onCut: cuts.add, onBudgetMark: marks.add },
    errors,
    onValidated: (record) => {
      metrics.validated(record);
    },
    onStored: ({ service, requestId }) => {
      joiner.add([{ service, requestId }]);
    },
    async settled() {
      await upkeep.settled();
      await joiner.settled();
    },
    async stop() {
      await Promise.all([joiner.stop(), upkeep.stop()]);
      metrics.unregister();
    },
  };
}

const DAY_MS = 86_400_000;

function oldestDay(
  nowMs: number,
  settings: Pick<Settings, "budgetTimeZone" | "tokenRollupRetentionDays">,
): string {
  const sinceMs = nowMs - settings.tokenRollupRetentionDays * DAY_MS;
  return budgetDayOf(Math.max(0, sinceMs), settings.budgetTimeZone).day;
}
