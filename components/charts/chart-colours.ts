"use client";
import { useSyncExternalStore } from "react";

/** The colours of series, in the order of use. */
export const seriesColours = [
  "--series-1",
  "--series-2",
  "--series-3",
  "--series-4",
  "--series-5",
  "--series-6",
  "--series-7",
  "--series-8",
] as const;

/** Tokens that canvas code draws with; `--series-0` is all others. */
export type ChartColour = "--series-0" | (typeof seriesColours)[number];

const tokens: readonly ChartColour[] = ["--series-0", ...seriesColours];

export type ChartColours = Readonly<Record<ChartColour, string>>;

// Read once a theme, not once a frame: reading a computed style makes the browser lay out the page.
let known: ChartColours | null = null;

function readColours(): ChartColours {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const entries = tokens.map((token) => {
    // A token is `light-dark(…)`; only a property that uses it resolves it. Forced colours apply here too.
    probe.style.color = `var(${token})`;
    return [token, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  return Object.fromEntries(entries) as Record<ChartColour, string>;
}

function subscribe(listener: () => void): () => void {
  const changed = () => {
    known = null;
    listener();
  };
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme", "class", "style"] });
  const media = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) =>
    window.matchMedia(query),
  );
  for (const query of media) query.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    for (const query of media) query.removeEventListener("change", changed);
  };
}

const snapshot = (): ChartColours => (known ??= readColours());
const noColours = (): null => null;

/** Resolved colours of the theme that is shown; null while the page is built without a browser. */
export function useChartColours(): ChartColours | null {
  return useSyncExternalStore(subscribe, snapshot, noColours);
}

/** `rgb(1, 2, 3)` with an opacity; what is not in that form stays as it is. */
export function withOpacity(colour: string, opacity: number): string {
  const match = /^rgb\(([^)]+)\)$/.exec(colour);
  return match?.[1] === undefined ? colour : `rgba(${match[1]}, ${opacity})`;
}
