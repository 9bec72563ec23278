import { formatFigure, formatFull, NO_VALUE } from "./format-number";

const K = 1_000;
const M = 1_000_000;
const G = 1_000_000_000;

/** Tokens in three figures: `328`, `10.4 k`, `265.6 M`; null is `–`. */
export function formatTokens(tokens: number | null): string {
  if (tokens === null) return NO_VALUE;
  const size = Math.abs(tokens);
  if (size < K) return formatFigure(Math.round(tokens));
  if (size < M) return `${formatFigure(rounded(tokens / K))} k`;
  return size < G
    ? `${formatFigure(rounded(tokens / M))} M`
    : `${formatFigure(rounded(tokens / G))} G`;
}

const rounded = (value: number) => (value < 100 ? Math.round(value * 10) / 10 : Math.round(value));

/** A share in whole percent: `87 %`; what is not nothing is not written as 0. */
export function formatShare(share: number | null): string {
  if (share === null) return NO_VALUE;
  const percent = share * 100;
  return percent > 0 && percent < 1 ? "< 1 %" : `${formatFull(Math.round(percent))} %`;
}

/** `1 prompt`, `48 prompts`. */
export function formatCount(count: number, noun: string): string {
  return `${formatFull(count)} ${noun}${count === 1 ? "" : "s"}`;
}
