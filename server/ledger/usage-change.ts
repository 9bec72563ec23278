import { type RollUpSeconds, rollUpSeconds } from "@/domain/tokens/usage-history-step";
import { sizeBucketOf, utilizationBucketOf } from "@/domain/tokens/utilization-buckets";
import type { ValidationRecord } from "@/domain/tokens/validation-record";
import { storableText } from "./storable-text";
import type { UsageCounts } from "./usage-counts";

/** What a server said that a request used. */
export interface ReportedUsage {
  atMs: number;
  service: string;
  model: string;
  promptTokens: number;
  completionTokens: number;
}

/** A prompt that the server cut: what is known of its validation. */
export interface CutPrompt {
  validationId: bigint;
  /** Of the validation: the cut is counted where its prompt is. */
  recordedAtMs: number;
  service: string;
  model: string;
  utilization: number;
  lostTokens: number;
}

/** A row of the roll-up, and what is added to it. */
export interface UsageChange extends UsageCounts {
  stepSeconds: RollUpSeconds;
  atMs: number;
  service: string;
  model: string;
  prompts: number;
  tokensSum: number;
  tokensMax: number;
  utilizationSum: number;
  utilizationMax: number;
  utilizationCounts: number[];
  sizeCounts: number[];
  cutCounts: number[];
  newest: ValidationRecord | null;
}

/** The same of a section that was removed. */
export interface RemovalChange {
  stepSeconds: RollUpSeconds;
  atMs: number;
  service: string;
  model: string;
  section: string;
  prompts: number;
  savedTokens: number;
}

type Place = Pick<UsageChange, "stepSeconds" | "atMs" | "service" | "model">;

const keyOf = ({ stepSeconds, atMs, service, model }: Place, section = "") =>
  [stepSeconds, atMs, service, model, section].join("\u0000");

/** Whoever writes rows writes them in the order of their keys: no two transactions can wait for each other. */
function inOrder<Change>(changes: ReadonlyMap<string, Change>): Change[] {
  const entries = [...changes].sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([, change]) => change);
}

function emptyChange(place: Place): UsageChange {
  return {
    ...place,
    prompts: 0,
    tokensSum: 0,
    tokensMax: 0,
    utilizationSum: 0,
    utilizationMax: 0,
    utilizationCounts: [],
    sizeCounts: [],
    cutCounts: [],
    warnings: 0,
    over: 0,
    truncated: 0,
    silentCuts: 0,
    reportedPromptTokens: 0,
    reportedCompletionTokens: 0,
    newest: null,
  };
}

/** Adds one to a bucket of a list that ends with its last bucket. */
function countIn(counts: number[], bucket: number): void {
  while (counts.length <= bucket) counts.push(0);
  counts[bucket] = (counts[bucket] ?? 0) + 1;
}

function addRecord(change: UsageChange, record: ValidationRecord): void {
  change.prompts++;
  change.tokensSum += record.tokens;
  change.tokensMax = Math.max(change.tokensMax, record.tokens);
  change.utilizationSum += record.utilization;
  change.utilizationMax = Math.max(change.utilizationMax, record.utilization);
  countIn(change.utilizationCounts, utilizationBucketOf(record.utilization));
  countIn(change.sizeCounts, sizeBucketOf(record.tokens));
  if (record.outcome === "warning") change.warnings++;
  if (record.outcome === "over") change.over++;
  if (record.wasTruncated) change.truncated++;
  if (change.newest === null || change.newest.recordedAtMs <= record.recordedAtMs)
    change.newest = record;
}

/** Collects what several validations, reports and cuts add to the roll-ups, a row once. */
export class UsageChanges {
  readonly #usage = new Map<string, UsageChange>();
  readonly #removals = new Map<string, RemovalChange>();

  get usage(): UsageChange[] {
    return inOrder(this.#usage);
  }

  get removals(): RemovalChange[] {
    return inOrder(this.#removals);
  }

  addValidation(record: ValidationRecord): void {
    for (const place of placesOf(record, record.recordedAtMs)) {
      addRecord(this.#at(place), record);
      const sections = new Set<string>();
      for (const removed of record.removed) {
        const section = storableText(removed.name);
        const key = keyOf(place, section);
        const change = this.#removals.get(key) ?? {
          ...place,
          section,
          prompts: 0,
          savedTokens: 0,
        };
        this.#removals.set(key, change);
        // A prompt may have two sections of one name.
        if (!sections.has(section)) change.prompts++;
        sections.add(section);
        change.savedTokens += removed.savedTokens;
      }
    }
  }

  addReport(report: ReportedUsage): void {
    for (const place of placesOf(report, report.atMs)) {
      const change = this.#at(place);
      change.reportedPromptTokens += report.promptTokens;
      change.reportedCompletionTokens += report.completionTokens;
    }
  }

  addCut(cut: CutPrompt): void {
    for (const place of placesOf(cut, cut.recordedAtMs)) {
      const change = this.#at(place);
      change.silentCuts++;
      countIn(change.cutCounts, utilizationBucketOf(cut.utilization));
    }
  }

  #at(place: Place): UsageChange {
    const key = keyOf(place);
    const change = this.#usage.get(key) ?? emptyChange(place);
    this.#usage.set(key, change);
    return change;
  }
}

function placesOf(of: { service: string; model: string }, atMs: number): Place[] {
  return rollUpSeconds.map((stepSeconds) => ({
    stepSeconds,
    atMs: Math.floor(atMs / (stepSeconds * 1_000)) * stepSeconds * 1_000,
    service: storableText(of.service),
    model: storableText(of.model),
  }));
}
