import { Lock } from "lucide-react";
import type { KeyboardEvent } from "react";
import { cn } from "@/components/ui/class-names";
import { formatFull, NO_VALUE } from "@/domain/units/format-number";
import type { DraftSection } from "./draft";
import type { SectionRank } from "./section-ranks";

/** What a key on a row asks for. */
export interface RowKey {
  kind: "select" | "move" | "remove";
  isUp: boolean;
}

interface SectionRowProps {
  section: DraftSection;
  rank: SectionRank;
  /** Null: not counted yet. */
  tokens: number | null;
  /** Of the largest section, 0 to 1. */
  share: number;
  isRemoved: boolean;
  isSelected: boolean;
  /** The one row that Tab stops at; arrows go on from there. */
  isTabStop: boolean;
  isDragged: boolean;
  onSelect: () => void;
  /** True: the key is used up. */
  onKey: (key: RowKey) => boolean;
  /** The key of the row that is dragged; null at the end. */
  onDrag: (key: string | null) => void;
  onDrop: () => void;
}

/** A section: what it costs, how soon it goes, and what became of it. Dragged to another place, or moved with Alt and an arrow. */
export function SectionRow(props: SectionRowProps) {
  const { section, isSelected, isTabStop, isDragged } = props;
  return (
    <li
      draggable
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = "move";
        props.onDrag(section.key);
      }}
      onDragOver={(event) => {
        event.preventDefault();
      }}
      onDrop={(event) => {
        event.preventDefault();
        props.onDrop();
      }}
      onDragEnd={() => {
        props.onDrag(null);
      }}
      className={cn("relative border-b border-line-1", isDragged && "opacity-50")}
    >
      <button
        type="button"
        data-row=""
        tabIndex={isTabStop ? 0 : -1}
        aria-current={isSelected}
        aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown Delete"
        onClick={props.onSelect}
        onKeyDown={(event) => {
          const key = rowKeyOf(event);
          if (key !== null && props.onKey(key)) event.preventDefault();
        }}
        className={cn(
          "grid h-8.5 w-full grid-cols-[24px_minmax(0,1fr)_56px] items-center gap-2 pr-3 pl-2.5 text-left type-12 -outline-offset-2! hover:bg-surface-2 max-md:h-11",
          isSelected && "bg-accent-soft shadow-[inset_2px_0_0_var(--accent)]",
        )}
      >
        <RowCells {...props} />
      </button>
      <ShareLine {...props} />
    </li>
  );
}

function RowCells({ section, rank, tokens, isRemoved, isSelected }: SectionRowProps) {
  const quiet = isSelected ? "text-fg-2" : "text-fg-3"; // fg-3 is too weak on the selected row
  return (
    <>
      <span className={cn("text-center [&_svg]:mx-auto [&_svg]:size-3", quiet)}>
        {rank.isRequired ? <Lock aria-hidden="true" /> : rank.priority}
        <span className="sr-only">{rank.isRequired ? "required " : " "}</span>
      </span>
      <span className={cn("truncate", isRemoved && "line-through", isRemoved && quiet)}>
        {section.name}
      </span>
      <span data-value={tokens ?? ""} className={cn("text-right", isRemoved && "text-fg-2")}>
        <span className="sr-only"> </span>
        {tokens === null ? NO_VALUE : formatFull(tokens)}
        <span className="sr-only"> tokens{isRemoved && ", removed by truncation"}</span>
      </span>
    </>
  );
}

/** How large the section is beside the largest one. */
function ShareLine({ share, isRemoved, rank }: SectionRowProps) {
  const kept = rank.isRequired ? "bg-series-6" : "bg-series-1";
  return (
    <span aria-hidden="true" className="pointer-events-none absolute inset-x-0 -bottom-px h-0.5">
      <i
        style={{ width: `${share * 100}%` }}
        className={cn("block h-full min-w-0.5", isRemoved ? "bg-fg-3" : kept)}
      />
    </span>
  );
}

function rowKeyOf({ key, altKey }: KeyboardEvent): RowKey | null {
  if (key === "Delete") return { kind: "remove", isUp: false };
  if (key !== "ArrowUp" && key !== "ArrowDown") return null;
  return { kind: altKey ? "move" : "select", isUp: key === "ArrowUp" };
}
