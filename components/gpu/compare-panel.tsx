"use client";
import type { RefObject } from "react";
import { Button } from "@/components/ui/button";
import { Popover } from "@/components/ui/popover";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { shortGpuName } from "@/domain/units/gpu-metric-display";
import type { CompareChoice } from "./compare-menu";

interface ComparePanelProps extends CompareChoice {
  anchor: RefObject<HTMLElement | null>;
  open: boolean;
  onClose: () => void;
}

/** Which GPUs, and whether their lines lie over each other. */
export function ComparePanel(props: ComparePanelProps) {
  const { rows, compared, most, layout, onCompare, onLayout, ...popover } = props;
  const isFull = compared.length >= most;
  return (
    <Popover label="Compare GPUs" className="w-80" {...popover}>
      <fieldset className="flex min-w-0 flex-col">
        <legend className="px-3 pt-2.5 pb-1 type-12 text-fg-2">
          Compare with {most === 1 ? "one other" : `up to ${most} others`}
        </legend>
        <ul className="max-h-72 overflow-y-auto">
          {rows.map(({ gpu, name }) => {
            const { gpuUuid, gpuName, migProfile } = gpu.sample;
            const isChosen = compared.includes(gpuUuid);
            return (
              <li key={gpuUuid}>
                <label className="flex min-h-7 items-center gap-2 px-3 type-12 hover:bg-surface-2 has-disabled:text-fg-3 max-md:min-h-11">
                  <input
                    type="checkbox"
                    checked={isChosen}
                    disabled={isFull && !isChosen}
                    onChange={() => {
                      onCompare(
                        isChosen
                          ? compared.filter((uuid) => uuid !== gpuUuid)
                          : [...compared, gpuUuid],
                      );
                    }}
                    className="accent-accent"
                  />
                  <b className="font-medium">{name}</b>
                  <span className="truncate text-fg-3">{migProfile ?? shortGpuName(gpuName)}</span>
                </label>
              </li>
            );
          })}
        </ul>
        {rows.length === 0 && (
          <p className="px-3 pb-2 type-12 text-fg-3">No other GPU reports to this portal.</p>
        )}
      </fieldset>
      <div className="flex items-center gap-2 border-t border-line-1 px-3 py-2">
        <SegmentedControl
          label="How they are drawn"
          size="sm"
          value={layout}
          onChange={onLayout}
          options={[
            { value: "overlaid", label: "Overlaid" },
            { value: "apart", label: "One below the other" },
          ]}
        />
        {compared.length > 0 && (
          <Button
            size="sm"
            variant="quiet"
            onClick={() => {
              onCompare([]);
            }}
          >
            None
          </Button>
        )}
      </div>
    </Popover>
  );
}
