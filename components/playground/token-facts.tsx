import { cn } from "@/components/ui/class-names";
import { formatFull } from "@/domain/units/format-number";
import { tintOf } from "./token-tints";
import { visibleText } from "./token-rows";
import type { TokenSplit } from "./worker-messages";

interface TokenFactsProps {
  split: TokenSplit;
  /** Null: none is pointed at. */
  token: number | null;
  /** Tokens that share its text. */
  count: number;
  sharedCharacters: number;
}

const MAX_SHOWN = 40;

/** Id, number and bytes of the token that is pointed at; said to screen readers as it changes. */
export function TokenFacts({ split, token, count, sharedCharacters }: TokenFactsProps) {
  return (
    <div className="flex min-h-7.5 flex-none flex-wrap items-center gap-x-4 gap-y-1 border-t border-line-1 px-3 py-1 type-11 text-fg-2">
      <div role="status" className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-1">
        {token === null ? (
          <span className="text-fg-3">Point at a token, or press Tab and an arrow key</span>
        ) : (
          <Facts split={split} token={token} count={count} />
        )}
      </div>
      {sharedCharacters > 0 && (
        <span className="ml-auto text-fg-3">
          {sharedCharacters === 1
            ? "1 character spans several tokens"
            : `${formatFull(sharedCharacters)} characters span several tokens`}
        </span>
      )}
    </div>
  );
}

function Facts({ split, token, count }: { split: TokenSplit; token: number; count: number }) {
  const text = textOf(split, token);
  const bytes = split.byteLengths[token] ?? 0;
  const isWithin = count > 1 && text === "";
  return (
    <>
      <span className="flex min-w-0 items-center gap-1.5">
        <span
          className={cn(
            "truncate rounded-2 px-0.5 type-code whitespace-pre text-fg-1",
            tintOf(token),
          )}
        >
          {isWithin ? "…" : visibleText(text.slice(0, MAX_SHOWN)).replaceAll("␊", "⏎")}
        </span>
        <b className="font-medium whitespace-nowrap text-fg-1">id {split.ids[token]}</b>
      </span>
      <span className="whitespace-nowrap">token {formatFull(token + 1)}</span>
      <span className="whitespace-nowrap">{bytes === 1 ? "1 byte" : `${bytes} bytes`}</span>
      {noteOf(text, count) !== null && <span className="text-fg-3">{noteOf(text, count)}</span>}
    </>
  );
}

/** Whole characters that end in it. */
function textOf({ text, ends }: TokenSplit, token: number): string {
  return text.slice(ends[token - 1] ?? 0, ends[token] ?? 0);
}

function noteOf(text: string, count: number): string | null {
  if (count > 1) return "part of a character that spans several tokens";
  if (text.length > 1 && /^ \S/.test(text)) return "with its leading space";
  if (/^ +$/.test(text)) return text.length === 1 ? "a space" : `${text.length} spaces`;
  if (/^\n+$/.test(text)) return text.length === 1 ? "a new line" : `${text.length} new lines`;
  return null;
}
