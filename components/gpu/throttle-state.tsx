import { CircleCheck, Zap } from "lucide-react";
import { UnsetIcon } from "@/components/ui/icons";
import { Reason } from "@/components/ui/reason";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { missingText } from "@/domain/units/gpu-metric-display";
import { throttlingNow } from "@/domain/units/throttle-reasons";

/** Whether the clocks are held down, in words. */
export function ThrottleState({ sample, isTable }: { sample: GpuSample; isTable?: boolean }) {
  const bits = sample.values.throttleReasons;
  const shared = {
    "data-testid": `gpu-${sample.gpuUuid}-throttleReasons`,
    "data-value": bits ?? "",
  };
  if (bits === null) {
    const reason = missingText(sample.missing.throttleReasons);
    return (
      <Reason
        {...shared}
        reason={reason}
        className="inline-flex items-center gap-1 align-middle text-fg-3"
      >
        {isTable === true ? (
          "–"
        ) : (
          <>
            <UnsetIcon className="size-3" />
            n/a
          </>
        )}
      </Reason>
    );
  }
  const reasons = throttlingNow(bits);
  if (reasons.length === 0)
    return (
      <span {...shared} className="inline-flex items-center gap-1 align-middle text-fg-2">
        {isTable === true ? (
          "none"
        ) : (
          <>
            <CircleCheck className="size-3 text-fg-3" />
            No throttle
          </>
        )}
      </span>
    );
  return (
    <span
      {...shared}
      className="inline-flex min-w-0 items-center gap-1 align-middle font-medium text-warn"
    >
      <Zap className="size-3 flex-none" />
      <span className="truncate">{reasons.map((reason) => reason.label).join(", ")}</span>
    </span>
  );
}
