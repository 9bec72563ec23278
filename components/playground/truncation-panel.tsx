"use client";
import { type ReactNode, useMemo, useState } from "react";
import { cn } from "@/components/ui/class-names";
import { Panel } from "@/components/ui/panel";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { Cell, HeadCell, Table } from "@/components/ui/table";
import { formatFull } from "@/domain/units/format-number";
import { formatCount } from "@/domain/units/format-tokens";
import { cutLinesOf, type DiffLine, diffLinesOf } from "./diff-lines";
import type { PlaygroundView } from "./use-playground";
import type { PromptMeasure, Truncation } from "./worker-messages";

/** What truncation takes out of the prompt, and in which order. */
export function TruncationPanel({ view }: { view: PlaygroundView }) {
  const { truncation, counted, draft } = view;
  const [shown, setShown] = useState<"diff" | "result">("diff");
  return (
    <Panel
      title="What truncation changes"
      subtitle={
        truncation && counted && summaryOf(truncation, draft.sections.length, counted.totalTokens)
      }
      divided
      className="flex-none"
      actions={
        truncation && (
          <SegmentedControl
            label="Show the change as"
            size="sm"
            value={shown}
            onChange={setShown}
            options={[
              { value: "diff", label: "Diff" },
              { value: "result", label: "Result" },
            ]}
          />
        )
      }
    >
      {truncation === null ? (
        <p className="p-3 type-12 text-fg-2">{nothingChanges(view)}</p>
      ) : (
        <div className="grid grid-cols-[minmax(0,1fr)_306px] max-md:grid-cols-[minmax(0,1fr)]">
          <div
            className="h-52 [scrollbar-width:thin] overflow-auto border-r border-line-1 max-md:border-r-0 max-md:border-b"
            tabIndex={0}
            role="group"
            aria-label={shown === "diff" ? "Difference" : "Prompt after truncation"}
          >
            {shown === "diff" ? (
              <Diff view={view} truncation={truncation} />
            ) : (
              <Result text={truncation.text} />
            )}
          </div>
          <div
            className="h-52 [scrollbar-width:thin] overflow-auto"
            tabIndex={0}
            role="group"
            aria-label="Removed sections"
          >
            <RemovedTable view={view} truncation={truncation} />
          </div>
        </div>
      )}
      {truncation?.wasCut === true && (
        <p className="border-t border-line-1 px-3 py-2 type-12 text-warn">
          What must stay is still too long, so its end is cut off.
        </p>
      )}
    </Panel>
  );
}

function summaryOf({ removed, finalTokens }: Truncation, sections: number, sent: number): string {
  return `${removed.length} of ${formatCount(sections, "section")} removed, ${formatFull(sent - finalTokens)} tokens saved`;
}

function nothingChanges({ counted, judged, isTruncating, worker }: PlaygroundView): ReactNode {
  if (worker.state.kind === "failed")
    return "The worker does not run, so truncation is not shown. The server truncates by the same rules.";
  if (counted === null) return "Nothing is counted yet.";
  if (!isTruncating)
    return judged?.outcome === "over"
      ? "Truncation is off: the prompt is sent as it is, and the server refuses it or cuts it without a word."
      : "Truncation is off, and the prompt fits without it.";
  return "Nothing: the prompt fits as it is. Only a prompt beyond the available tokens is truncated.";
}

const looks: Record<DiffLine["kind"], string> = {
  context: "text-fg-3",
  head: "bg-info-soft text-info",
  removed: "bg-crit-soft text-fg-1",
  added: "bg-ok-soft text-fg-1",
};

/** Tokens of the end that was cut off, beyond the removed sections; 0: nothing was. */
function cutTokensOf(truncation: Truncation, measure: PromptMeasure | null): number {
  if (!truncation.wasCut || measure === null) return 0;
  const left = truncation.removed.at(-1)?.leftTokens ?? measure.totalTokens;
  return left - truncation.finalTokens;
}

function Diff({ view, truncation }: { view: PlaygroundView; truncation: Truncation }) {
  const { draft, ranks, worker } = view;
  const lines = useMemo(() => {
    const saved = new Map(
      truncation.removed.map(({ index, savedTokens }) => [
        worker.measure?.keys[index],
        savedTokens,
      ]),
    );
    const parts = draft.sections.map(({ key, name, text }, index) => ({
      name,
      text,
      isRemoved: saved.has(key),
      priority: ranks[index]?.priority ?? 0,
      savedTokens: saved.get(key) ?? 0,
    }));
    const lines = diffLinesOf(parts, formatFull);
    const cutTokens = cutTokensOf(truncation, worker.measure);
    if (cutTokens > 0) lines.push(...cutLinesOf(truncation.text, formatFull(-cutTokens)));
    return lines;
  }, [draft.sections, ranks, truncation, worker.measure]);
  return (
    <div className="min-w-max py-1.5 type-code font-mono text-[11px]">
      {lines.map((line, index) => (
        <p key={index} className={cn("px-3 whitespace-pre", looks[line.kind])}>
          {line.text}
        </p>
      ))}
    </div>
  );
}

const MAX_RESULT_CHARACTERS = 50_000;

function Result({ text }: { text: string }) {
  const rest = text.length - MAX_RESULT_CHARACTERS;
  return (
    <>
      <pre className="px-3 py-1.5 type-code font-mono text-[11px] break-words whitespace-pre-wrap">
        {text.slice(0, MAX_RESULT_CHARACTERS)}
      </pre>
      {rest > 0 && (
        <p className="px-3 pb-2 type-11 text-fg-3">
          {formatFull(rest)} more characters: the API call answers with all of it
        </p>
      )}
    </>
  );
}

function RemovedTable({ view, truncation }: { view: PlaygroundView; truncation: Truncation }) {
  const { draft, worker, budget } = view;
  const names = new Map(draft.sections.map(({ key, name }) => [key, name]));
  const available = budget?.availableTokens ?? 0;
  const cutTokens = cutTokensOf(truncation, worker.measure);
  return (
    <Table>
      <thead>
        <tr>
          <HeadCell>Removed, in order</HeadCell>
          <HeadCell isNumber>Saves</HeadCell>
          <HeadCell isNumber>Left</HeadCell>
        </tr>
      </thead>
      <tbody>
        {truncation.removed.map(({ index, savedTokens, leftTokens }) => (
          <tr key={index}>
            <Cell className="h-6 max-w-42 truncate">
              {names.get(worker.measure?.keys[index] ?? "") ?? "removed since"}
            </Cell>
            <Cell isNumber className="h-6">
              {formatFull(-savedTokens)}
            </Cell>
            <Cell
              isNumber
              className={cn("h-6", leftTokens <= available ? "font-medium text-ok" : "text-fg-2")}
            >
              {formatFull(leftTokens)}
            </Cell>
          </tr>
        ))}
        {cutTokens > 0 && (
          <tr>
            <Cell className="h-6">end of the prompt</Cell>
            <Cell isNumber className="h-6">
              {formatFull(-cutTokens)}
            </Cell>
            <Cell isNumber className="h-6 font-medium text-ok">
              {formatFull(truncation.finalTokens)}
            </Cell>
          </tr>
        )}
      </tbody>
    </Table>
  );
}
