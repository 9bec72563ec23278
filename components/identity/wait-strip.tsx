import { Clock } from "lucide-react";
import { Strip } from "@/components/ui/strip";
import { formatDuration } from "@/domain/time/format-duration";

/** Too many tries: how long to wait. Announced once; the count-down is for eyes. */
export function WaitStrip({ leftSeconds }: { leftSeconds: number }) {
  return (
    <div role="alert">
      <Strip
        tone="warn"
        icon={<Clock />}
        className="rounded-6 border"
        end={
          <span aria-hidden="true" className="tabular-nums">
            {formatDuration(leftSeconds * 1_000)}
          </span>
        }
      >
        <b>Too many tries.</b> Wait, then try again
      </Strip>
    </div>
  );
}
