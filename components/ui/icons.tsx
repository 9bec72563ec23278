import type { ComponentProps } from "react";

// Drawn here because the icon set has no dashed clock, no dashed circle with a minus, no text in pieces and no mark of ours.
function Outline({ children, ...rest }: ComponentProps<"svg">) {
  return (
    <svg
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      {...rest}
      className={`icon ${rest.className ?? ""}`}
    >
      {children}
    </svg>
  );
}

/** Stale: values are the last known ones. */
export function StaleIcon(props: ComponentProps<"svg">) {
  return (
    <Outline {...props}>
      <circle cx="8" cy="8" r="6" strokeDasharray="2.6 2" />
      <path d="M8 5v3.2l2 1.3" />
    </Outline>
  );
}

/** Not set up, not reported. */
export function UnsetIcon(props: ComponentProps<"svg">) {
  return (
    <Outline {...props}>
      <circle cx="8" cy="8" r="6" strokeDasharray="1.5 2.2" />
      <path d="M5.5 8h5" />
    </Outline>
  );
}

/** Text in pieces: tokens. */
export function TokensIcon(props: ComponentProps<"svg">) {
  return (
    <Outline {...props}>
      <path d="M2 4.5h3.5M7 4.5h7M2 8h6M9.5 8H14M2 11.5h2.5M6 11.5h5" />
    </Outline>
  );
}

/** The mark: a rising line crossed by the cursor. */
export function BrandMark() {
  return (
    <svg viewBox="0 0 20 20" fill="none" aria-hidden="true" className="size-5 flex-none">
      <g strokeWidth="1.7" strokeLinecap="round" strokeLinejoin="round">
        <path d="M2.5 13.5L7 9l3 2.5L17.5 5" stroke="currentColor" />
        <path d="M10 2v16" className="stroke-accent" />
      </g>
    </svg>
  );
}
