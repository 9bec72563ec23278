"use client";
import { type ComponentProps, useId } from "react";
import { cn } from "./class-names";

interface SelectFieldProps<Value extends string> extends Omit<
  ComponentProps<"select">,
  "onChange" | "id" | "value"
> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  onValue: (value: Value) => void;
  /** What is wrong with what is chosen; said below, and to screen readers with the field. */
  problem?: string | null;
  /** The label is for screen readers only: what is chosen stands in a row or a head. */
  hideLabel?: boolean;
}

/** One of many in a form, by the browser's own list. */
export function SelectField<Value extends string>({
  label,
  value,
  options,
  onValue,
  problem = null,
  hideLabel = false,
  className,
  ...rest
}: SelectFieldProps<Value>) {
  const id = useId();
  const problemId = useId();
  return (
    <div className={cn("flex min-w-0 flex-col gap-1 type-12 text-fg-2", className)}>
      <label htmlFor={id} className={hideLabel ? "sr-only" : undefined}>
        {label}
      </label>
      <select
        {...rest}
        id={id}
        value={value}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : problemId}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen) onValue(chosen.value);
        }}
        className="h-8.5 min-w-0 rounded-6 border border-line-control bg-surface-1 px-1.5 type-13 text-fg-1 focus-visible:border-accent disabled:opacity-60 max-md:h-11"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {problem !== null && (
        <span id={problemId} className="type-11 text-crit">
          {problem}
        </span>
      )}
    </div>
  );
}
