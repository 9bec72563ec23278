/** A chart drawn, or as a table of its points. */
export type PointsView = "charts" | "table";

/** What the address says of it; some pages have another `view` besides. */
export function parsePointsView(params: Pick<URLSearchParams, "get">): PointsView {
  return params.get("charts") === "table" ? "table" : "charts";
}

/** The change of the address that shows it; null is the default. */
export function pointsViewChange(view: PointsView): { charts: string | null } {
  return { charts: view === "charts" ? null : view };
}
