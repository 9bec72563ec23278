"use client";
import { type ComponentProps, useId } from "react";

interface TextFieldProps extends Omit<ComponentProps<"input">, "onChange" | "id"> {
  label: string;
  onText: (text: string) => void;
  /** What is wrong with what stands in it; said below, and to screen readers with the field. */
  problem?: string | null;
}

/** A field of a form with its label above. */
export function TextField({ label, onText, problem = null, ...rest }: TextFieldProps) {
  const id = useId();
  const problemId = useId();
  return (
    <div className="flex flex-col gap-1 type-12 text-fg-2">
      <label htmlFor={id}>{label}</label>
      <input
        autoComplete="off"
        spellCheck={false}
        {...rest}
        id={id}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : problemId}
        onChange={(event) => {
          onText(event.target.value);
        }}
        className="h-8.5 min-w-0 rounded-6 border border-line-control bg-surface-1 px-2 type-13 text-fg-1 placeholder:text-fg-3 focus-visible:border-accent max-md:h-11"
      />
      {problem !== null && (
        <span id={problemId} className="type-11 text-crit">
          {problem}
        </span>
      )}
    </div>
  );
}
