import { ChevronDown } from "lucide-react";

interface ChoiceFieldProps {
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
}

/** One of a few by name, as a control of the page's head: the label stands inside. */
export function ChoiceField({ label, value, options, onChange }: ChoiceFieldProps) {
  return (
    <label className="relative flex h-control min-w-0 items-center rounded-6 border border-line-control bg-surface-1 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent max-md:h-11">
      <span className="pointer-events-none pl-2 whitespace-nowrap">{label}</span>
      <select
        value={value}
        onChange={(event) => {
          onChange(event.target.value);
        }}
        className="h-full max-w-72 min-w-0 appearance-none truncate bg-transparent pr-7 pl-1.5 font-medium text-fg-1 outline-none!"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} className="bg-surface-1">
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown className="pointer-events-none absolute right-2 text-fg-3" />
    </label>
  );
}
