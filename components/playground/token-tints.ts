const tints = [
  "bg-[var(--tint-1)]",
  "bg-[var(--tint-2)]",
  "bg-[var(--tint-3)]",
  "bg-[var(--tint-4)]",
  "bg-[var(--tint-5)]",
] as const;

/** Class of a token's colour, in turn: neighbours differ. */
export function tintOf(token: number): string {
  return tints[token % tints.length] ?? tints[0];
}
