import { useId } from "react";
import type { KeyKind } from "@/domain/identity/api-key";
import { keyKindFacts, keyKinds } from "./key-kinds";

interface KindChoiceProps {
  value: KeyKind;
  onChange: (kind: KeyKind) => void;
}

/** One of six in two rows, and what the chosen one may do. Radio buttons underneath: arrow keys work as usual. */
export function KindChoice({ value, onChange }: KindChoiceProps) {
  const name = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <div
        role="radiogroup"
        aria-label="Kind"
        className="grid grid-cols-3 gap-px overflow-hidden rounded-6 border border-line-2 bg-line-1 type-13 font-medium"
      >
        {keyKinds.map(({ kind, label }) => (
          <label
            key={kind}
            className="relative grid h-control place-content-center bg-surface-1 text-fg-2 hover:text-fg-1 has-checked:bg-surface-3 has-checked:text-fg-1 has-focus-visible:z-1 has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent max-md:h-11"
          >
            <input
              type="radio"
              name={name}
              checked={kind === value}
              onChange={() => {
                onChange(kind);
              }}
              className="absolute inset-0 m-0 appearance-none outline-none!"
            />
            {label}
          </label>
        ))}
      </div>
      <p role="status" className="min-h-8 type-12 text-pretty text-fg-2">
        {keyKindFacts(value)?.may}
      </p>
    </div>
  );
}
