import { type ReactNode, useId } from "react";
import { cn } from "./class-names";

interface Segment<Value extends string> {
  value: Value;
  label: string;
  icon?: ReactNode;
}

interface SegmentedControlProps<Value extends string> {
  /** What is chosen: "View of the GPUs". */
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  options: readonly Segment<Value>[];
  size?: "md" | "sm";
}

/** One of a few, all visible. Radio buttons underneath: arrow keys and screen readers work as usual. */
export function SegmentedControl<Value extends string>({
  label,
  value,
  onChange,
  options,
  size = "md",
}: SegmentedControlProps<Value>) {
  const name = useId();
  return (
    <div
      role="radiogroup"
      aria-label={label}
      className={cn(
        "inline-flex flex-none rounded-6 border border-line-2 bg-surface-1 font-medium",
        size === "md" ? "h-control type-13" : "h-6 type-12 max-md:h-9",
      )}
    >
      {options.map((option) => (
        <label
          key={option.value}
          className={cn(
            "relative flex items-center gap-1.5 whitespace-nowrap text-fg-2 not-first:border-l not-first:border-line-1 first:rounded-l-6 last:rounded-r-6",
            "hover:text-fg-1 has-checked:bg-surface-3 has-checked:text-fg-1 has-focus-visible:outline-2 has-focus-visible:outline-accent",
            size === "md" ? "px-2.5" : "px-2",
          )}
        >
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            onChange={() => {
              onChange(option.value);
            }}
            className="absolute inset-0 m-0 appearance-none outline-none!"
          />
          {option.icon}
          {option.label}
        </label>
      ))}
    </div>
  );
}
