import type { CountMethodKind } from "@/domain/tokens/count-method";
import { type RatioCounts, ratioStepOf } from "@/domain/tokens/ratio-counts";
import { countingRatio, judgeCall, tellsDeviation } from "@/domain/tokens/silent-cut";

/** A report with its validation. */
export interface JoinedCall {
  service: string;
  requestId: string;
  traceId: string | null;
  atMs: number;
  reportedTokens: number;
  validationId: bigint;
  recordedAtMs: number;
  /** Of the validation, as are the next. */
  model: string;
  countedTokens: number;
  availableTokens: number;
  utilization: number;
  methodKind: CountMethodKind;
  methodName: string;
}

/** What is added to what is known of a method. */
export interface ErrorChange {
  model: string;
  methodKind: CountMethodKind;
  methodName: string;
  calls: number;
  ratioSum: number;
  worstRatio: number;
  ratioCounts: number[];
}

type Method = Pick<ErrorChange, "model" | "methodKind" | "methodName">;

export const methodKeyOf = ({ model, methodKind, methodName }: Method) =>
  [model, methodKind, methodName].join("\u0000");

/** Tells cut calls from those that measure their method. `known`: by method, of all calls before these. */
export function compareCalls(
  calls: readonly JoinedCall[],
  known: ReadonlyMap<string, RatioCounts>,
): { cuts: JoinedCall[]; errors: ErrorChange[] } {
  const cuts: JoinedCall[] = [];
  const errors = new Map<string, ErrorChange>();
  for (const call of calls) {
    const key = methodKeyOf(call);
    const judgement = judgeCall(call, known.get(key) ?? null);
    if (judgement === "cut") cuts.push(call);
    if (judgement !== "measured") continue;
    const change = errors.get(key) ?? emptyChange(call);
    errors.set(key, change);
    measure(change, call);
  }
  // In the order of their keys, as everybody writes them, so that no two transactions wait for each other.
  const sorted = [...errors].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change);
  return { cuts, errors: sorted };
}

function measure(change: ErrorChange, call: JoinedCall): void {
  const ratio = countingRatio(call);
  change.calls++;
  change.ratioSum += ratio;
  change.worstRatio = Math.max(change.worstRatio, Math.abs(ratio));
  if (!tellsDeviation(call)) return;
  const step = ratioStepOf(ratio);
  while (change.ratioCounts.length <= step) change.ratioCounts.push(0);
  change.ratioCounts[step] = (change.ratioCounts[step] ?? 0) + 1;
}

function emptyChange({ model, methodKind, methodName }: Method): ErrorChange {
  return { model, methodKind, methodName, calls: 0, ratioSum: 0, worstRatio: 0, ratioCounts: [] };
}
