"use client";
import { useQuery } from "@tanstack/react-query";
import { HistoryError } from "./fleet-states";
import { useTRPC } from "@/components/trpc/trpc";
import { Panel } from "@/components/ui/panel";
import { Cell, HeadCell, Table } from "@/components/ui/table";
import type { FleetRow } from "@/domain/fleet/fleet-rows";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { gpuMetricFacts } from "@/domain/gpu/gpu-metric-facts";
import type { QuarantinedList } from "@/domain/gpu/quarantined-value";
import { formatClock, formatDay, formatIso } from "@/domain/time/format-time";
import { formatFull } from "@/domain/units/format-number";
import { shortUuid, sourceName } from "@/domain/units/gpu-metric-display";

const ASK_AGAIN_AFTER_MS = 15_000;
const COUNTS_SHOWN = 6;

interface QuarantinePanelProps {
  /** For the names of the GPUs. */
  rows: readonly FleetRow[];
  nowMs: number;
}

/** Values that cannot be: when, of which GPU, what the source said. They are drawn as gaps, never as 0. */
export function QuarantinePanel({ rows, nowMs }: QuarantinePanelProps) {
  const { data, error, refetch } = useQuery({
    ...useTRPC().gpu.quarantined.queryOptions(),
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
  if (error !== null && data === undefined)
    return (
      <Panel label="Values set aside" className="flex-none">
        <HistoryError error={error} onRetry={() => void refetch()} />
      </Panel>
    );
  const total = data?.counts.reduce((sum, { count }) => sum + count, 0) ?? 0;
  return (
    <Panel
      title="Values set aside"
      subtitle={
        total === 0
          ? "none since the portal started"
          : `${formatFull(total)} since the portal started`
      }
      divided={total > 0}
      className="flex-none"
    >
      {data !== undefined && total > 0 && <Values list={data} rows={rows} nowMs={nowMs} />}
      <p className="border-t border-line-1 px-3 py-2 type-11 text-fg-3">
        A value that its field cannot have, such as 9223372036854775792 %, is kept apart and drawn
        as a gap, not as 0.
      </p>
    </Panel>
  );
}

function Values({ list, rows, nowMs }: QuarantinePanelProps & { list: QuarantinedList }) {
  const names = new Map(rows.map(({ gpu, name }) => [gpu.sample.gpuUuid, name]));
  const nameOf = (gpuUuid: string) => names.get(gpuUuid) ?? shortUuid(gpuUuid);
  return (
    <>
      <p className="border-b border-line-1 px-3 py-1.5 type-12 text-fg-2">
        {list.counts.slice(0, COUNTS_SHOWN).map(({ gpuUuid, metric, count }, place) => (
          <span key={`${gpuUuid} ${metric}`}>
            {place > 0 && ", "}
            {nameOf(gpuUuid)} {labelOf(metric)}{" "}
            <b className="font-medium text-fg-1">{formatFull(count)}</b>
          </span>
        ))}
        {list.counts.length > COUNTS_SHOWN && `, and ${list.counts.length - COUNTS_SHOWN} more`}
      </p>
      <div
        tabIndex={0}
        role="region"
        aria-label="Values set aside, newest first"
        className="max-h-60 overflow-auto outline-offset-[-2px]"
      >
        <Table>
          <thead className="sticky top-0 bg-surface-1">
            <tr>
              <HeadCell>Time</HeadCell>
              <HeadCell>GPU</HeadCell>
              <HeadCell>Field</HeadCell>
              <HeadCell>Source</HeadCell>
              <HeadCell isNumber>Raw value</HeadCell>
            </tr>
          </thead>
          <tbody>
            {list.values.map((value, place) => (
              <tr key={`${value.recordedAtMs} ${value.gpuUuid} ${value.metric} ${place}`}>
                <Cell>
                  <time
                    dateTime={formatIso(value.recordedAtMs)}
                    title={formatIso(value.recordedAtMs)}
                  >
                    {formatDay(value.recordedAtMs, { nowMs })}{" "}
                    {formatClock(value.recordedAtMs, { seconds: true })}
                  </time>
                </Cell>
                <Cell>{nameOf(value.gpuUuid)}</Cell>
                <Cell>{labelOf(value.metric)}</Cell>
                <Cell className="text-fg-2">{sourceName(value.source)}</Cell>
                <Cell isNumber className="type-code text-[11px]">
                  {value.rawValue}
                </Cell>
              </tr>
            ))}
          </tbody>
        </Table>
      </div>
    </>
  );
}

function labelOf(metric: GpuMetric): string {
  const { label, unit } = gpuMetricFacts[metric];
  return unit === "" ? label : `${label} ${unit}`;
}
