"use client";
import type { RefObject } from "react";
import { Button } from "@/components/ui/button";
import { Popover } from "@/components/ui/popover";
import { formatDuration } from "@/domain/time/format-duration";
import { formatDecimals } from "@/domain/units/format-number";
import type { CsvChoice } from "./csv-menu";
import { useRangeExport } from "./use-range-export";

interface CsvPanelProps extends CsvChoice {
  anchor: RefObject<HTMLElement | null>;
  open: boolean;
  onClose: () => void;
}

/** The two files, and how far the large one is. */
export function CsvPanel(props: CsvPanelProps) {
  const { gpuUuids, span, onVisible, visible, ...popover } = props;
  const { state, start, cancel } = useRangeExport();
  const length = formatDuration(span.toMs - span.fromMs);
  return (
    <Popover label="CSV" className="w-80" {...popover}>
      <div className="flex flex-col gap-3 p-3 type-12 text-fg-2">
        <div className="flex flex-col items-start gap-1.5">
          <p>
            <b className="font-medium text-fg-1">What is drawn:</b> {visible}
          </p>
          <Button
            size="sm"
            disabled={onVisible === null}
            onClick={() => {
              onVisible?.();
            }}
          >
            Save what is drawn
          </Button>
        </div>
        <div className="flex flex-col items-start gap-1.5 border-t border-line-1 pt-3">
          <p>
            <b className="font-medium text-fg-1">Every sample</b> of {length}, all values, as it is
            stored
          </p>
          {state.phase === "running" ? (
            <Running state={state} onCancel={cancel} />
          ) : (
            <Button
              size="sm"
              onClick={() => {
                start({ gpuUuids, ...span });
              }}
            >
              Save every sample
            </Button>
          )}
          <p role="status" className={state.phase === "failed" ? "text-crit" : "text-fg-3"}>
            {state.phase === "failed" && state.problem}
            {state.phase === "done" && `Saved ${formatDecimals(state.rows, 0)} rows`}
            {state.phase === "cancelled" && "Cancelled; nothing was saved"}
          </p>
        </div>
      </div>
    </Popover>
  );
}

function Running(props: {
  state: { rows: number; totalRows: number | null };
  onCancel: () => void;
}) {
  const { rows, totalRows } = props.state;
  const percent = totalRows === null || totalRows === 0 ? null : (rows / totalRows) * 100;
  return (
    <div className="flex w-full flex-col gap-1">
      <div className="flex items-center justify-between gap-2">
        <span>
          {formatDecimals(rows, 0)}
          {totalRows !== null && ` of ${formatDecimals(totalRows, 0)}`} rows
        </span>
        <Button size="sm" variant="quiet" onClick={props.onCancel}>
          Cancel
        </Button>
      </div>
      <div
        role="progressbar"
        aria-label="Rows that are saved"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent === null ? undefined : Math.min(100, Math.round(percent))}
        className="h-1 rounded-2 bg-surface-3"
      >
        <i
          style={{ width: `${Math.min(100, percent ?? 0)}%` }}
          className="block h-full rounded-2 bg-info-fill"
        />
      </div>
    </div>
  );
}
