import { type HeatMetric, heatMetrics } from "@/components/gpu/heat-metric";
import type { GpuSort } from "@/components/gpu/sort-rows";

export const fleetViews = ["map", "table", "cards"] as const;
export type FleetView = (typeof fleetViews)[number];

interface FleetSearch {
  view: FleetView;
  metric: HeatMetric;
  sort: GpuSort;
  /** Words that a shown GPU must have. */
  filter: string;
}

const MAX_FILTER_LENGTH = 100;

/** What the address of the fleet says; what it cannot mean counts as absent. */
export function parseFleetSearch(params: Pick<URLSearchParams, "get">): FleetSearch {
  const sort = params.get("sort") ?? "gpu";
  return {
    view: fleetViews.find((view) => view === params.get("view")) ?? "map",
    metric: heatMetrics.find((metric) => metric === params.get("heat")) ?? "sm",
    sort: { by: sort.replace(/^-/, ""), isDescending: sort.startsWith("-") },
    filter: (params.get("q") ?? "").slice(0, MAX_FILTER_LENGTH),
  };
}

/** The sorting as the address holds it: `powerWatts`, `-powerWatts`; null is the default. */
export function sortText({ by, isDescending }: GpuSort): string | null {
  const text = `${isDescending ? "-" : ""}${by}`;
  return text === "gpu" ? null : text;
}
