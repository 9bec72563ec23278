"use client";
import { type ReactNode, useState } from "react";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog } from "@/components/ui/dialog";
import { formatClock, formatDay, formatIso, formatZone } from "@/domain/time/format-time";
import { methodText } from "@/domain/tokens/method-text";
import type { LedgerEntry } from "@/domain/tokens/usage-history";
import { formatDecimals, formatFull } from "@/domain/units/format-number";
import { EntrySections } from "./entry-sections";
import { OutcomeBadges } from "./ledger-columns";
import { PromptText } from "./prompt-text";

interface LedgerDrawerProps {
  /** Null: closed. */
  entry: LedgerEntry | null;
  onClose: () => void;
}

/** All that is known of one validation, beside the list. */
export function LedgerDrawer({ entry, onClose }: LedgerDrawerProps) {
  const [last, setLast] = useState(entry);
  // What was shown stays while the drawer closes.
  if (entry !== null && entry !== last) setLast(entry);
  const shown = entry ?? last;
  return (
    <Dialog
      title={shown === null ? "Validation" : `${shown.model} from ${shown.service}`}
      open={entry !== null}
      onClose={onClose}
      place="right"
      className="max-w-120"
    >
      {shown !== null && <Details key={shown.id} entry={shown} />}
    </Dialog>
  );
}

function Details({ entry }: { entry: LedgerEntry }) {
  const { recordedAtMs, tokens, finalTokens, availableTokens, reported, lostTokens } = entry;
  return (
    <div className="flex min-h-0 flex-col gap-3.5 overflow-y-auto px-3.5 pt-2 pb-4 type-12">
      <OutcomeBadges entry={entry} />
      <Sentence entry={entry} />
      <dl className="grid grid-cols-[108px_minmax(0,1fr)] gap-x-3 gap-y-1 [&_dt]:text-fg-3">
        <Fact name="Recorded">
          <time dateTime={formatIso(recordedAtMs)} title={formatIso(recordedAtMs)}>
            {formatDay(recordedAtMs, { nowMs: recordedAtMs })}{" "}
            {formatClock(recordedAtMs, { seconds: true })} {formatZone(recordedAtMs)}
          </time>
        </Fact>
        <Fact name="Tokens">
          {formatFull(tokens)} of {formatFull(availableTokens)} available,{" "}
          {formatDecimals(entry.utilization * 100, 1)} %
        </Fact>
        <Fact name="Window">
          {formatFull(entry.contextWindow)}, {formatFull(entry.maxOutputTokens)} of them for the
          answer
        </Fact>
        {entry.wasTruncated && <Fact name="Sent">{formatFull(finalTokens)} after truncation</Fact>}
        <Fact name="Counted by">
          {methodText(entry.method)}
          {entry.method.warning !== null && (
            <span className="block text-warn">{entry.method.warning}</span>
          )}
        </Fact>
        <Fact name="Server reported">
          {reported === null
            ? "nothing yet"
            : `${formatFull(reported.promptTokens)} in, ${formatFull(reported.completionTokens)} out`}
          {lostTokens !== null && lostTokens > 0 && (
            <span className="text-crit"> · {formatFull(lostTokens)} lost</span>
          )}
        </Fact>
        <IdFact name="Request" id={entry.requestId} />
        {entry.traceId === null ? (
          <Fact name="Trace">
            <span className="text-fg-3">none was sent with the prompt</span>
          </Fact>
        ) : (
          <IdFact name="Trace" id={entry.traceId} />
        )}
      </dl>
      <EntrySections entry={entry} />
      <PromptText id={entry.id} hasSample={entry.hasSample} />
    </div>
  );
}

/** What happened and what it means. */
function Sentence({ entry }: { entry: LedgerEntry }) {
  const { outcome, wasTruncated, removed, lostTokens, tokens, availableTokens } = entry;
  const excess = tokens - availableTokens;
  const said = [
    outcome === "over" && `The prompt was ${formatFull(excess)} tokens over.`,
    outcome === "warning" && "The prompt fitted, close to the limit.",
    outcome === "ok" && "The prompt fitted.",
    wasTruncated &&
      (removed.length === 0
        ? "Its text was cut to fit."
        : `${removed.length === 1 ? "One section was" : `${removed.length} sections were`} removed from it before it was sent.`),
    (lostTokens ?? 0) > 0 &&
      "The model server counted fewer tokens than were sent: it cut the prompt without an error.",
  ];
  return <p className="type-13 text-pretty">{said.filter((part) => part !== false).join(" ")}</p>;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

function IdFact({ name, id }: { name: string; id: string }) {
  return (
    <Fact name={name}>
      <span className="flex items-center gap-1">
        <span className="min-w-0 type-code text-[11px] break-all">{id}</span>
        <CopyButton label={`Copy ${name.toLowerCase()} id`} text={id} />
      </span>
    </Fact>
  );
}
