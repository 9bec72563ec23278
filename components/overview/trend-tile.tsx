import { Sparkline } from "@/components/charts/sparkline";
import { Reason } from "@/components/ui/reason";
import { fitRange, type YRange } from "@/domain/chart/y-range";
import type { FleetTrend } from "@/domain/fleet/fleet-trends";
import { NO_VALUE } from "@/domain/units/format-number";

export interface TrendTileProps {
  label: string;
  /** What stands opposite the label: a total, a limit, a mean. */
  aside: string;
  /** The figure without its unit; null = nobody reports it. */
  figure: string | null;
  unit: string;
  trend: FleetTrend;
  span: { fromMs: number; toMs: number };
  /** Fixed ends of the trend; without them it is fitted. */
  range?: YRange;
  isSimulated: boolean;
}

/** One figure with its trend in the range: never a number alone. */
export function TrendTile(props: TrendTileProps) {
  const { label, aside, figure, unit, trend, span, isSimulated } = props;
  const y = props.range ?? fitRange([trend.values]) ?? { min: 0, max: 1 };
  return (
    <li className="flex min-w-0 flex-col gap-1 rounded-8 border border-line-1 bg-surface-1 px-3 pt-2 pb-2.5">
      <div className="flex justify-between gap-2 type-12 whitespace-nowrap">
        <span className="text-fg-2">{label}</span>
        <span className="truncate text-fg-3">{aside}</span>
      </div>
      <div className="grid grid-cols-[auto_minmax(0,1fr)] items-end gap-3.5">
        <strong className="type-20 font-semibold whitespace-nowrap">
          {figure ?? <Reason reason="no live GPU reports it">{NO_VALUE}</Reason>}
          {figure !== null && unit !== "" && (
            <small className="ml-0.75 type-12 font-normal tracking-normal text-fg-3">{unit}</small>
          )}
        </strong>
        <Sparkline
          timesMs={trend.timesMs}
          values={trend.values}
          span={span}
          y={y}
          colour="--text-3"
          areaOpacity={0.1}
          isDashed={isSimulated}
          heightPx={26}
        />
      </div>
    </li>
  );
}
