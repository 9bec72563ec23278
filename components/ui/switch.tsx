interface SwitchProps {
  /** What is on when it is on. */
  label: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}

/** On or off, at once. The label stands left, the switch right. */
export function Switch({ label, checked, disabled = false, onChange }: SwitchProps) {
  return (
    <label className="flex min-h-7 items-center justify-between gap-3 type-12 text-fg-2 max-md:min-h-11">
      {label}
      <input
        type="checkbox"
        role="switch"
        checked={checked}
        disabled={disabled}
        onChange={(event) => {
          onChange(event.target.checked);
        }}
        className="m-0 h-4 w-7 flex-none appearance-none rounded-pill border border-line-control bg-surface-3 px-0.5 py-0.5 before:block before:size-2.5 before:rounded-full before:bg-fg-2 before:content-[''] checked:border-accent checked:bg-accent checked:before:translate-x-3 checked:before:bg-on-accent disabled:opacity-50"
      />
    </label>
  );
}
