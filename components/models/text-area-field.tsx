"use client";
import { type ComponentProps, useId } from "react";

interface TextAreaFieldProps extends Omit<ComponentProps<"textarea">, "onChange" | "id"> {
  label: string;
  onText: (text: string) => void;
  problem?: string | null;
}

/** A field of several lines with its label above. */
export function TextAreaField({ label, onText, problem = null, ...rest }: TextAreaFieldProps) {
  const id = useId();
  const problemId = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1 type-12 text-fg-2">
      <label htmlFor={id}>{label}</label>
      <textarea
        autoComplete="off"
        spellCheck={false}
        {...rest}
        id={id}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : problemId}
        onChange={(event) => {
          onText(event.target.value);
        }}
        className="min-w-0 resize-y rounded-6 border border-line-control bg-surface-1 px-2 py-1.5 type-code text-fg-1 placeholder:text-fg-3 focus-visible:border-accent"
      />
      {problem !== null && (
        <span id={problemId} role="alert" className="type-11 text-pretty text-crit">
          {problem}
        </span>
      )}
    </div>
  );
}
