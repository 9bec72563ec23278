import { cn } from "@/components/ui/class-names";
import { Cell, HeadCell, Table } from "@/components/ui/table";
import type { LedgerEntry } from "@/domain/tokens/usage-history";
import { formatFull } from "@/domain/units/format-number";

/** The sections of a prompt with their tokens, and which of them were removed; never their text. */
export function EntrySections({ entry }: { entry: LedgerEntry }) {
  const { sections, removed } = entry;
  if (sections === null && removed.length === 0)
    return <p className="text-fg-2">The prompt came as one text, without sections.</p>;
  const saved = new Map(removed.map(({ name, savedTokens }) => [name, savedTokens]));
  const listed =
    sections ??
    removed.map(({ name, savedTokens }) => ({
      name,
      tokens: savedTokens,
      priority: 0,
      required: false,
    }));
  const largest = listed.reduce((most, { tokens }) => Math.max(most, tokens), 1);
  return (
    <section aria-label="Sections" className="-mx-3.5">
      <Table>
        <thead>
          <tr>
            <HeadCell className="first:pl-3.5">Section</HeadCell>
            <HeadCell isNumber>Priority</HeadCell>
            <HeadCell isNumber>Tokens</HeadCell>
            <HeadCell>
              <span className="sr-only">Share</span>
            </HeadCell>
            <HeadCell className="last:pr-3.5">Removed</HeadCell>
          </tr>
        </thead>
        <tbody>
          {listed.map(({ name, tokens, priority, required }, place) => {
            const savedTokens = saved.get(name);
            const isGone = savedTokens !== undefined;
            return (
              <tr key={place} className={isGone ? "text-fg-3" : undefined}>
                <Cell className="max-w-44 truncate first:pl-3.5" title={name}>
                  <span className={cn(isGone && "line-through")}>{name}</span>
                </Cell>
                <Cell isNumber>{required ? "required" : formatFull(priority)}</Cell>
                <Cell isNumber>{formatFull(tokens)}</Cell>
                <Cell className="w-18">
                  <span className="block h-1.5 overflow-hidden rounded-2 bg-surface-3">
                    <i
                      style={{ width: `${(tokens / largest) * 100}%` }}
                      className={cn("block h-full", isGone ? "bg-series-0" : "bg-series-1")}
                    />
                  </span>
                </Cell>
                <Cell className="last:pr-3.5">{isGone && `saved ${formatFull(savedTokens)}`}</Cell>
              </tr>
            );
          })}
        </tbody>
      </Table>
    </section>
  );
}
