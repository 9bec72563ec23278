import type { FleetTotals } from "@/domain/fleet/fleet-totals";
import type { FleetTrend, FleetTrends } from "@/domain/fleet/fleet-trends";
import { formatGib } from "@/domain/units/format-memory";
import { formatFigure } from "@/domain/units/format-number";
import { TrendTile, type TrendTileProps } from "./trend-tile";

interface FleetTilesProps {
  totals: FleetTotals;
  trends: FleetTrends;
  span: { fromMs: number; toMs: number };
  isSimulated: boolean;
}

/** How much: six figures of all live GPUs, each with its trend in the range. */
export function FleetTiles({ totals, trends, span, isSimulated }: FleetTilesProps) {
  const tiles = tilesOf(totals, trends);
  return (
    <ul
      aria-label="All GPUs together"
      className="grid flex-none grid-cols-3 gap-3 max-md:grid-cols-2 max-md:gap-2 lg:grid-cols-6"
    >
      {tiles.map((tile) => (
        <TrendTile key={tile.label} {...tile} span={span} isSimulated={isSimulated} />
      ))}
    </ul>
  );
}

type Tile = Omit<TrendTileProps, "span" | "isSimulated">;

function tilesOf(totals: FleetTotals, trends: FleetTrends): Tile[] {
  const stale = totals.gpuCount - totals.liveCount;
  const { hottest } = totals;
  return [
    {
      label: "GPUs live",
      aside: stale === 0 ? `of ${totals.gpuCount}` : `${stale} stale`,
      figure: String(totals.liveCount),
      unit: "",
      trend: trends.liveGpus,
      range: { min: 0, max: Math.max(1, totals.gpuCount) * 1.05 },
    },
    {
      label: "Utilisation",
      aside: meanAside(trends.meanUtilizationPercent, "%"),
      figure: orNull(totals.meanUtilizationPercent, formatFigure),
      unit: "%",
      trend: trends.meanUtilizationPercent,
      range: { min: 0, max: 105 },
    },
    {
      label: "VRAM used",
      aside: memoryAside(totals),
      figure: orNull(totals.memoryUsedMib, formatGib),
      unit: "GiB",
      trend: trends.memoryUsedMib,
      ...(totals.memoryTotalMib !== null && {
        range: { min: 0, max: totals.memoryTotalMib * 1.05 },
      }),
    },
    {
      label: "Power",
      aside: limitAside(totals),
      figure: orNull(totals.powerWatts, formatFigure),
      unit: "W",
      trend: trends.powerWatts,
    },
    {
      label: "Hottest",
      aside: hottest === null ? "" : hottest.name,
      figure: hottest === null ? null : formatFigure(hottest.celsius),
      unit: "°C",
      trend: trends.hottestCelsius,
    },
    energyTile(trends.energyWattHours),
  ];
}

function energyTile(trend: FleetTrend): Tile {
  const wattHours = trend.values.findLast((value) => value !== null) ?? null;
  const isLarge = wattHours !== null && wattHours >= 1_000;
  return {
    label: "Energy",
    aside: "in the range",
    figure: orNull(wattHours, (value) => formatFigure(isLarge ? value / 1_000 : value)),
    unit: isLarge ? "kWh" : "Wh",
    trend,
  };
}

function memoryAside({ memoryUsedMib, memoryTotalMib }: FleetTotals): string {
  if (memoryUsedMib === null) return "";
  return memoryTotalMib === null ? "total not reported" : `of ${formatGib(memoryTotalMib)} GiB`;
}

function limitAside({ powerWatts, powerLimitWatts }: FleetTotals): string {
  if (powerWatts === null) return "";
  return powerLimitWatts === null
    ? "no limit known"
    : `limit ${formatFigure(Math.round(powerLimitWatts))} W`;
}

function orNull(value: number | null, format: (value: number) => string): string | null {
  return value === null ? null : format(value);
}

function meanAside({ values }: FleetTrend, unit: string): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return "";
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return `mean ${formatFigure(Math.round(mean))} ${unit}`;
}
