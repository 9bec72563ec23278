/** True when each word of the filter stands somewhere in the texts, whatever the case. */
export function hasWords(texts: readonly string[], filter: string): boolean {
  const text = texts.join("\n").toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
