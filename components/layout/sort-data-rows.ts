export interface DataSort {
  /** Key of a column. */
  by: string;
  isDescending: boolean;
}

type SortValue = number | string | null;

/** Rows by a value of theirs; what is not known stands last in both directions, equal ones as they came. */
export function sortDataRows<Row>(
  rows: readonly Row[],
  valueOf: (row: Row) => SortValue,
  { isDescending }: DataSort,
): Row[] {
  return [...rows].sort((left, right) => {
    const a = valueOf(left);
    const b = valueOf(right);
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const order = typeof a === "string" ? a.localeCompare(String(b)) : a - Number(b);
    return isDescending ? -order : order;
  });
}
