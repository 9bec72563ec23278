import { CircleCheck, OctagonAlert, TriangleAlert } from "lucide-react";
import { CallFailure } from "@/components/trpc/call-failure";
import { cn } from "@/components/ui/class-names";
import { CopyButton } from "@/components/ui/copy-button";
import type { ContextBudget } from "@/domain/tokens/context-budget";
import type { ValidateAnswer } from "@/domain/tokens/count-request";
import { formatDecimals, formatFull } from "@/domain/units/format-number";
import type { PlaygroundView } from "./use-playground";

interface VerdictPanelProps {
  view: PlaygroundView;
  validation: { answer: ValidateAnswer | null; error: unknown };
}

const looks = {
  ok: { Icon: CircleCheck, text: "text-ok", box: "border-ok-line bg-ok-soft", title: "Fits" },
  warning: {
    Icon: TriangleAlert,
    text: "text-warn",
    box: "border-warn-line bg-warn-soft",
    title: "Fits, near the limit",
  },
  over: {
    Icon: OctagonAlert,
    text: "text-crit",
    box: "border-crit-line bg-crit-soft",
    title: "Does not fit",
  },
};

/** Whether the prompt fits, with and without truncation, and what the server said when it was asked. */
export function VerdictPanel({ view, validation }: VerdictPanelProps) {
  const { judged, counted, budget } = view;
  if (view.isEmpty || judged === null || counted === null || budget === null) return null;
  const { Icon, text, box, title } = looks[judged.outcome];
  return (
    <section
      aria-label="Verdict"
      className="flex flex-none flex-col rounded-8 border border-line-1 bg-surface-1"
    >
      <div role="status" className={cn("flex gap-2.5 rounded-t-8 border-b px-3 py-2.5", box)}>
        <Icon aria-hidden="true" className={cn("mt-0.5 size-4", text)} />
        <div>
          <h2 className={cn("type-14 font-semibold", text)}>{title}</h2>
          <p className="type-12">{sentenceOf(counted.totalTokens, budget)}</p>
        </div>
      </div>
      <div className="px-3 pt-2 pb-2.5 type-12 leading-4.5 text-fg-2 [&_b]:font-semibold [&_b]:text-fg-1">
        <WithTruncation view={view} />
        <Answer {...validation} />
      </div>
    </section>
  );
}

function sentenceOf(tokens: number, { availableTokens }: ContextBudget): string {
  const over = tokens - availableTokens;
  return over > 0
    ? `${formatFull(over)} tokens over the ${formatFull(availableTokens)} available`
    : `${formatFull(-over)} tokens to spare of the ${formatFull(availableTokens)} available`;
}

function WithTruncation({ view }: { view: PlaygroundView }) {
  const { truncation, judged, budget, profile } = view;
  if (judged?.outcome !== "over") {
    const percent = formatFull(Math.round((profile?.warningThreshold ?? 0) * 1_000) / 10);
    return (
      <p>
        {judged?.outcome === "warning"
          ? `The warning begins at ${percent} %. A warning changes nothing: the prompt is sent as it is.`
          : "Nothing is removed."}
      </p>
    );
  }
  if (truncation === null || budget === null)
    return <p>Truncation is off: nothing is removed, and the model gets more than it can read.</p>;
  const spare = budget.availableTokens - truncation.finalTokens;
  return (
    <p>
      {truncation.wasCut
        ? "With truncation and its end cut off it fits: "
        : "With truncation it fits: "}
      <b>{formatFull(truncation.finalTokens)}</b> tokens, <b>{formatFull(spare)}</b> to spare.{" "}
      <Restorable view={view} />
    </p>
  );
}

const MAX_NAMED = 3;

/** Restored sections are required from then on, so the API call keeps them as well. */
function Restorable({ view }: { view: PlaygroundView }) {
  const { truncation, worker, draft, change } = view;
  const keys = (truncation?.restorable ?? []).map((index) => worker.measure?.keys[index] ?? "");
  const names = keys.flatMap((key) => draft.sections.find((one) => one.key === key)?.name ?? []);
  if (names.length === 0) return null;
  const more = names.length - MAX_NAMED;
  return (
    <>
      {names.slice(0, MAX_NAMED).map((name, index) => (
        <span key={name}>
          {index > 0 && (more <= 0 && index === names.length - 1 ? " and " : ", ")}
          <span className="type-code text-[11px] [overflow-wrap:anywhere]">{name}</span>
        </span>
      ))}
      {more > 0 && ` and ${more} more`} would still fit.{" "}
      <button
        type="button"
        className="text-accent underline max-md:min-h-11"
        onClick={() => {
          change({ kind: "require", keys });
        }}
      >
        {restoreLabel(names.length)}
      </button>
    </>
  );
}

function restoreLabel(count: number): string {
  if (count === 1) return "Restore it";
  return count === 2 ? "Restore both" : `Restore all ${count}`;
}

function Answer({ answer, error }: VerdictPanelProps["validation"]) {
  if (error !== null)
    return (
      <div className="mt-2 border-t border-line-1 pt-2">
        <CallFailure error={error} />
      </div>
    );
  if (answer === null) return null;
  const { promptTokens, utilization, outcome, recorded, requestId } = answer;
  return (
    <div
      role="status"
      aria-label="Answer of the server"
      className="mt-2 border-t border-line-1 pt-2"
    >
      <p>
        The server: <b>{formatFull(promptTokens)}</b> tokens, {formatDecimals(utilization * 100, 1)}{" "}
        %, {wordsOf[outcome]}. {recorded ? "Recorded in the ledger." : "A dry run: not recorded."}
      </p>
      {answer.method.warning !== null && <p className="text-warn">{answer.method.warning}</p>}
      <p className="flex items-center gap-1 type-code text-[11px] text-fg-3">
        <span data-testid="request-id" className="truncate">
          {requestId}
        </span>
        <CopyButton text={requestId} label="Copy the request id" />
      </p>
    </div>
  );
}

const wordsOf = { ok: "it fits", warning: "it fits, with a warning", over: "it does not fit" };
