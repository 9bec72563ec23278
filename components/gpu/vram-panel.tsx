import { Panel } from "@/components/ui/panel";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import {
  formatGib,
  MEMORY_CRITICAL_PERCENT,
  MEMORY_WARNING_PERCENT,
  memorySharePercent,
} from "@/domain/units/format-memory";
import { GpuValue } from "./gpu-value";
import { MemoryShare } from "./memory-share";
import { VramBar } from "./vram-bar";

/** How full the card is now: the one large figure of the page, and the bar with its thresholds. */
export function VramPanel({ sample, isStale }: { sample: GpuSample; isStale: boolean }) {
  const { memoryUsedMib, memoryTotalMib } = sample.values;
  const share = memorySharePercent(memoryUsedMib, memoryTotalMib);
  if (memoryUsedMib === null)
    return (
      <Panel label="VRAM now" className="flex-none p-3">
        <p className="text-fg-2">
          VRAM <GpuValue sample={sample} metric="memoryUsedMib" withReason />
        </p>
      </Panel>
    );
  if (memoryTotalMib === null)
    return (
      <Panel label="VRAM now" className="flex-none p-3">
        <p className="flex flex-wrap items-baseline gap-x-1.5 text-fg-2">
          <GpuValue
            sample={sample}
            metric="memoryUsedMib"
            className={`type-28 font-semibold ${isStale ? "text-fg-2" : "text-fg-1"}`}
          />
          <span>
            GiB used, total <GpuValue sample={sample} metric="memoryTotalMib" withReason />
          </span>
        </p>
      </Panel>
    );
  return (
    <Panel label="VRAM now" className="flex-none p-3">
      <div className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-5 max-md:grid-cols-1 max-md:gap-2">
        <p className="flex items-baseline gap-1.5 whitespace-nowrap text-fg-2">
          <GpuValue
            sample={sample}
            metric="memoryUsedMib"
            className={`type-28 font-semibold ${isStale ? "text-fg-2" : "text-fg-1"}`}
          />
          <span>
            of <GpuValue sample={sample} metric="memoryTotalMib" withUnit />
          </span>
          <span className="ml-1 font-semibold">
            <MemoryShare usedMib={memoryUsedMib} totalMib={memoryTotalMib} />
          </span>
          <span className="text-fg-3">{formatGib(memoryTotalMib - memoryUsedMib)} free</span>
        </p>
        <div
          role="meter"
          aria-label="VRAM used"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={share ?? 0}
          aria-valuetext={`${formatGib(memoryUsedMib)} of ${formatGib(memoryTotalMib)} GiB`}
        >
          <VramBar
            usedMib={memoryUsedMib}
            totalMib={memoryTotalMib}
            isStale={isStale}
            isSimulated={sample.source === "simulated"}
            className="h-5.5 rounded-4"
          />
          <div aria-hidden="true" className="relative mt-0.5 h-3.5 type-11 text-fg-3">
            <span className="absolute left-0">0</span>
            {[MEMORY_WARNING_PERCENT, MEMORY_CRITICAL_PERCENT].map((percent) => (
              <span
                key={percent}
                style={{ left: `${percent}%` }}
                className="absolute -translate-x-1/2 whitespace-nowrap"
              >
                {percent} %
              </span>
            ))}
            <span className="absolute right-0 max-lg:hidden">{formatGib(memoryTotalMib)}</span>
          </div>
        </div>
      </div>
    </Panel>
  );
}
