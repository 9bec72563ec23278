"use client";
import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";
import { type FocusEvent, useId, useState } from "react";
import { cn } from "@/components/ui/class-names";
import { IconButton } from "@/components/ui/icon-button";
import { isSectionName } from "@/domain/tokens/section-names";
import type { DraftSection } from "./draft";
import type { SectionRank } from "./section-ranks";

interface SectionFormProps {
  section: DraftSection;
  rank: SectionRank;
  isFirst: boolean;
  isLast: boolean;
  onEdit: (fields: Partial<Omit<DraftSection, "key">>) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

const MAX_PRIORITY = 1_000_000;
const field =
  "h-6 min-w-0 rounded-6 border border-line-control bg-surface-1 px-1.5 type-12 text-fg-1 placeholder:text-fg-3 focus-visible:border-accent max-md:h-11";

/** Name, priority and place of the section that is chosen. */
export function SectionForm(props: SectionFormProps) {
  const { section, rank, isFirst, isLast, onEdit, onMove, onRemove } = props;
  const id = useId();
  const [name, setName] = useState(section.name);
  const isNamed = isSectionName(name.trim());
  return (
    <div className="flex flex-none flex-wrap items-center gap-1.5 border-t border-line-1 px-2.5 py-2">
      <input
        aria-label="Name of the section"
        aria-invalid={!isNamed}
        autoComplete="off"
        spellCheck={false}
        value={name}
        onChange={({ target }) => {
          setName(target.value);
          const next = target.value.trim();
          if (isSectionName(next)) onEdit({ name: next });
        }}
        onBlur={() => {
          if (!isNamed) setName(section.name);
        }}
        className={cn(field, "flex-1 font-medium", !isNamed && "border-crit-fill")}
      />
      <IconButton
        label="Move up"
        icon={<ArrowUp />}
        disabled={isFirst}
        onClick={() => {
          onMove(-1);
        }}
      />
      <IconButton
        label="Move down"
        icon={<ArrowDown />}
        disabled={isLast}
        onClick={() => {
          onMove(1);
        }}
      />
      <IconButton label={`Remove ${section.name}`} icon={<Trash2 />} onClick={onRemove} />
      <div className="flex w-full items-center gap-2 type-12 text-fg-2">
        <label htmlFor={`${id}-priority`}>Priority</label>
        <input
          id={`${id}-priority`}
          type="number"
          min={0}
          max={MAX_PRIORITY}
          step={1}
          placeholder={`${rank.priority}`}
          title="The lowest goes first. Empty: its place in the profile’s list"
          value={section.priority ?? ""}
          disabled={rank.isRequired}
          onFocus={(event: FocusEvent<HTMLInputElement>) => {
            event.target.select();
          }}
          onChange={({ target }) => {
            onEdit({ priority: priorityOf(target.value) });
          }}
          className={cn(field, "w-20 disabled:opacity-50")}
        />
        <label className="ml-auto flex items-center gap-1.5 max-md:min-h-11">
          <input
            type="checkbox"
            checked={rank.isRequired}
            onChange={({ target }) => {
              onEdit({ isRequired: target.checked });
            }}
            className="m-0 size-3.5 accent-[var(--accent)]"
          />
          Required
        </label>
      </div>
    </div>
  );
}

function priorityOf(text: string): number | null {
  const value = Number(text);
  if (text === "" || !Number.isFinite(value)) return null;
  return Math.min(MAX_PRIORITY, Math.max(0, Math.round(value)));
}
