export interface AdminSort {
  /** Key of a column. */
  by: string;
  isDescending: boolean;
}

type SortValue = number | string | null;

/** Rows by a value of theirs; what is not known stands last in both directions, equal ones as they came. */
export function sortAdminRows<Row>(
  rows: readonly Row[],
  valueOf: (row: Row) => SortValue,
  { isDescending }: AdminSort,
): Row[] {
  return [...rows].sort((left, right) => {
    const a = valueOf(left);
    const b = valueOf(right);
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const order = typeof a === "string" ? a.localeCompare(String(b)) : a - Number(b);
    return isDescending ? -order : order;
  });
}

/** True when each word of the filter stands somewhere in the texts, whatever the case. */
export function hasWords(texts: readonly string[], filter: string): boolean {
  const text = texts.join("\n").toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
