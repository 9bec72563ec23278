"use client";
import { ChevronDown } from "lucide-react";
import { cn } from "./class-names";

interface FilterSelectProps {
  /** "Service" */
  label: string;
  /** Null: all. */
  chosen: string | null;
  /** A name without a label is its own. */
  options: readonly { value: string; label?: string }[];
  onChoose: (value: string | null) => void;
}

const ALL = "";

/** One of the names, or all: the browser's own list, in the looks of a small button. */
export function FilterSelect({ label, chosen, options, onChoose }: FilterSelectProps) {
  const isListed = chosen === null || options.some(({ value }) => value === chosen);
  const shown = isListed ? options : [...options, { value: chosen }];
  return (
    <label
      className={cn(
        "relative inline-flex h-6 max-w-60 min-w-0 flex-none items-center gap-1 rounded-6 border border-line-control bg-surface-1 pl-2 type-12 text-fg-3 has-focus-visible:outline-2 has-focus-visible:outline-accent max-md:h-11",
        chosen !== null && "border-accent-line bg-accent-soft",
      )}
    >
      <span className={chosen === null ? undefined : "text-fg-2"}>{label}</span>
      <select
        value={chosen ?? ALL}
        onChange={(event) => {
          onChoose(event.target.value === ALL ? null : event.target.value);
        }}
        className="[field-sizing:content] h-full min-w-0 appearance-none truncate bg-transparent pr-6 font-medium text-fg-1 outline-none!"
      >
        <option value={ALL}>all</option>
        {shown.map(({ value, label: name = value }) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
      <ChevronDown className="pointer-events-none absolute right-1.5 size-3.5 text-fg-2" />
    </label>
  );
}
