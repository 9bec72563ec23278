export const overviewViews = ["cards", "table"] as const;

/** What the address of the overview says; what it cannot mean counts as absent. */
export function parseOverviewSearch(params: Pick<URLSearchParams, "get">) {
  const sort = params.get("sort") ?? "gpu";
  const view = overviewViews.find((known) => known === params.get("view")) ?? "cards";
  return { view, sort: { by: sort.replace(/^-/, ""), isDescending: sort.startsWith("-") } };
}
