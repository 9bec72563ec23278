import { CircleCheck, OctagonAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/class-names";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { type ContextBudget, judgeContext } from "@/domain/tokens/context-budget";
import { formatDecimals, formatFull } from "@/domain/units/format-number";
import { type BarPart, budgetScaleOf, type BudgetScale, startOfParts } from "./budget-scale";
import type { PlaygroundView } from "./use-playground";

const hatch =
  "bg-[repeating-linear-gradient(-45deg,var(--surface-3)_0_5px,var(--surface-2)_5px_8px)]";
const fates = {
  required: "bg-[var(--flame-6)]",
  kept: "bg-[var(--flame-1)]",
  removed: hatch,
};
const swatches = {
  required: "border-[color-mix(in_srgb,var(--flame-6)_60%,var(--text-1))] bg-[var(--flame-6)]",
  kept: "border-[color-mix(in_srgb,var(--flame-1)_60%,var(--text-1))] bg-[var(--flame-1)]",
  removed:
    "border-line-control bg-[repeating-linear-gradient(-45deg,var(--text-3)_0_1px,transparent_1px_3px)]",
};
const tones = {
  ok: { text: "text-ok", Icon: CircleCheck },
  warning: { text: "text-warn", Icon: TriangleAlert },
  over: { text: "text-crit", Icon: OctagonAlert },
};

/** The prompt as sent and as it goes after truncation, section by section, on the axis of the window. */
export function BudgetPanel({ view }: { view: PlaygroundView }) {
  const { parts, counted, truncation, budget, profile } = view;
  if (parts === null || counted === null || budget === null || profile === null)
    return (
      <Panel label="Budget" className="flex-none gap-3 p-3">
        <Skeleton className="h-6" />
        <Skeleton className="h-6 w-2/3" />
      </Panel>
    );
  const { totalTokens } = counted;
  const scale = budgetScaleOf(totalTokens, budget);
  const left = parts.filter(({ fate }) => fate !== "removed");
  const rows = { scale, budget, warningThreshold: profile.warningThreshold };
  return (
    <section
      aria-label="Budget"
      tabIndex={0}
      className="flex-none [scrollbar-width:none] overflow-x-auto rounded-8 border border-line-1 bg-surface-1 px-3 pt-3 pb-2"
    >
      <div className="relative flex min-w-160 flex-col gap-1.5">
        <Bar label="Sent" tokens={totalTokens} parts={parts} {...rows} />
        <Bar
          label="After"
          tokens={truncation?.finalTokens ?? totalTokens}
          parts={truncation?.wasCut === true ? startOfParts(left, truncation.finalTokens) : left}
          {...rows}
        />
        <Marks {...rows} />
      </div>
    </section>
  );
}

interface RowProps {
  scale: BudgetScale;
  budget: ContextBudget;
  warningThreshold: number;
}

function Bar(props: RowProps & { label: string; tokens: number; parts: readonly BarPart[] }) {
  const { label, tokens, parts, scale, budget, warningThreshold } = props;
  const { utilization, outcome } = judgeContext(tokens, budget, warningThreshold);
  const { text, Icon } = tones[outcome];
  const shown = parts.reduce((sum, part) => sum + part.tokens, 0);
  const marks = Math.max(0, tokens - shown);
  return (
    <div className="grid grid-cols-[196px_minmax(0,1fr)] items-center">
      <div className="grid grid-cols-[40px_58px_auto] items-center gap-1 whitespace-nowrap text-fg-2">
        <span>{label}</span>
        <strong
          data-testid={`tokens-${label.toLowerCase()}`}
          data-value={tokens}
          className={cn(
            "text-right type-16 font-semibold",
            outcome === "over" ? "text-crit" : "text-fg-1",
          )}
        >
          {formatFull(tokens)}
        </strong>
        <span className={cn("flex items-center gap-1 pl-2 font-medium [&_svg]:size-3", text)}>
          <Icon aria-hidden="true" />
          {formatDecimals(utilization * 100, 1)} %<span className="sr-only">, {outcome}</span>
        </span>
      </div>
      <div
        role="img"
        aria-label={barLabel(label, tokens, parts)}
        className="relative flex h-6 overflow-hidden"
      >
        {parts.map((part) => (
          <Part key={part.key} part={part} percent={scale.percentOf(part.tokens)} />
        ))}
        {marks > 0 && (
          <i
            className="h-full min-w-px bg-line-control"
            style={{ width: `${scale.percentOf(marks)}%` }}
          />
        )}
      </div>
    </div>
  );
}

/** Narrower parts would show half a word. */
const NAMED_FROM_PERCENT = 4.5;
const COUNTED_FROM_PERCENT = 12;

function Part({ part, percent }: { part: BarPart; percent: number }) {
  const { name, tokens, fate } = part;
  return (
    <i
      title={`${name}: ${formatFull(tokens)} tokens, ${fate}`}
      style={{ width: `${percent}%` }}
      className={cn(
        "relative h-full flex-none overflow-hidden border-r border-surface-1 not-italic first:rounded-l-4",
        fates[fate],
      )}
    >
      {percent >= NAMED_FROM_PERCENT && (
        <b
          className={cn(
            "absolute inset-x-1.5 top-1 truncate type-11 font-medium",
            fate === "removed"
              ? "text-fg-2 line-through decoration-fg-3"
              : "text-[var(--flame-ink)]",
          )}
        >
          {percent >= COUNTED_FROM_PERCENT ? `${name} ${formatFull(tokens)}` : name}
        </b>
      )}
    </i>
  );
}

function barLabel(label: string, tokens: number, parts: readonly BarPart[]): string {
  const listed = parts.map(({ name, tokens: own, fate }) => `${name} ${formatFull(own)} ${fate}`);
  return `${label}: ${formatFull(tokens)} tokens. ${listed.join(", ")}`;
}

/** Further right the words of the window have no room beside its line. */
const WINDOW_NAMED_TO_PERCENT = 55;

/** Closer marks have no room for the words of both: those of the first then stand with those of the second. */
const NAMED_APART_PERCENT = 20;

/** The borders of the budget, through both bars. */
function Marks({ scale, budget, warningThreshold }: RowProps) {
  const { slotWindow, availableTokens, warningTokens, maxOutputTokens } = budget;
  const percent = formatFull(Math.round(warningThreshold * 1_000) / 10);
  const windowAt = scale.percentOf(slotWindow);
  const warningAt = scale.percentOf(warningTokens);
  const availableAt = scale.percentOf(availableTokens);
  const warning = (
    <span className="text-warn">
      <b className="font-medium">{percent} %</b> {formatFull(warningTokens)}
    </span>
  );
  const isApart = availableAt - warningAt >= NAMED_APART_PERCENT;
  const isWindowNamed = windowAt <= WINDOW_NAMED_TO_PERCENT;
  const reserved = `${formatFull(slotWindow)}, ${formatFull(maxOutputTokens)} reserved for output`;
  if (scale.isZoomed)
    return (
      <div className="flex items-start gap-4 type-11 text-fg-2">
        <p className="ml-49 min-w-0 flex-1 truncate">
          Drawn to {formatFull(Math.round(scale.endTokens))} tokens. Beyond: {percent} %{" "}
          {formatFull(warningTokens)}, <b className="font-medium">available</b>{" "}
          {formatFull(availableTokens)}, <b className="font-medium">window</b> {reserved}
        </p>
        <Legend />
      </div>
    );
  return (
    <div className="type-11 text-fg-2">
      <div className="relative ml-49 h-4">
        <Mark at={warningAt} line="border-dashed border-warn-fill">
          {isApart ? warning : null}
        </Mark>
        <Mark at={availableAt} line="border-crit-fill">
          {!isApart && warning}
          <span className={cn("text-crit", !isApart && "ml-3")}>
            <b className="font-medium">available</b> {formatFull(availableTokens)}
          </span>
        </Mark>
        <i
          className="pointer-events-none absolute bottom-4.5 h-15 bg-[repeating-linear-gradient(45deg,transparent_0_3px,color-mix(in_srgb,var(--text-3)_34%,transparent)_3px_4px)]"
          style={{
            left: `${availableAt}%`,
            width: `${scale.percentOf(maxOutputTokens)}%`,
          }}
        />
        <Mark at={windowAt} line="border-dashed border-fg-3" isBehind>
          {isWindowNamed && (
            <>
              <b className="font-medium">window</b> {reserved}
            </>
          )}
        </Mark>
        {isWindowNamed && <Legend className="absolute top-0 right-0" />}
      </div>
      {!isWindowNamed && (
        <div className="ml-49 flex justify-between gap-4 pt-0.5">
          <span>
            <b className="font-medium">window</b> {reserved}
          </span>
          <Legend />
        </div>
      )}
    </div>
  );
}

function Legend({ className }: { className?: string }) {
  return (
    <ul className={cn("flex flex-none gap-3", className)} aria-label="Legend">
      {(["required", "kept", "removed"] as const).map((fate) => (
        <li key={fate} className="flex items-center gap-1.5">
          <i aria-hidden="true" className={cn("size-2.25 rounded-2 border", swatches[fate])} />
          {fate}
        </li>
      ))}
    </ul>
  );
}

interface MarkProps {
  /** Percent of the width. */
  at: number;
  line: string;
  /** The words stand right of the line. */
  isBehind?: boolean;
  /** Null: the line ends above the words of another mark. */
  children: ReactNode;
}

function Mark({ at, line, isBehind = false, children }: MarkProps) {
  return (
    <span
      style={{ left: `${at}%` }}
      className={cn(
        "absolute top-px whitespace-nowrap",
        isBehind ? "pl-1.5" : "-translate-x-full pr-1.5",
      )}
    >
      <i
        className={cn(
          "pointer-events-none absolute border-l",
          children === null ? "-top-15 h-14.5" : "bottom-0.5 h-18.5",
          isBehind ? "left-0" : "right-0",
          line,
        )}
      />
      {children}
    </span>
  );
}
