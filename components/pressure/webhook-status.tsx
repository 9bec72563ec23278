import { CirclePause } from "lucide-react";
import { Badge, StateBadge } from "@/components/ui/badge";
import type { PressureWebhook } from "@/domain/pressure/pressure-webhook";
import { formatClock, formatIso } from "@/domain/time/format-time";

/** How a target fares, in a word; the sentence of the last failure stands below it. */
export function WebhookStatus({ webhook }: { webhook: PressureWebhook }) {
  const { lastError, lastSuccessAtMs, failedCount } = webhook.status;
  return (
    <div className="flex min-w-0 flex-col gap-0.5 py-1">
      <span className="flex items-center gap-1.5">
        {stateOf(webhook)}
        {failedCount > 0 && <span className="type-11 text-fg-3">{failedCount} given up</span>}
      </span>
      {lastError !== null && (
        <span className="type-11 text-pretty whitespace-normal text-fg-2">{lastError}</span>
      )}
      {lastError === null && lastSuccessAtMs === null && (
        <span className="type-11 text-fg-3">Test it to see that it answers</span>
      )}
    </div>
  );
}

function stateOf({ enabled, status }: PressureWebhook) {
  if (!enabled)
    return (
      <Badge tone="dashed" icon={<CirclePause />}>
        Off
      </Badge>
    );
  if (status.lastError !== null) return <StateBadge state="crit">Fails</StateBadge>;
  if (status.lastSuccessAtMs !== null) return <StateBadge state="ok">Takes messages</StateBadge>;
  return <Badge>Nothing sent yet</Badge>;
}

/** When something was last taken; "–" before that. */
export function LastSuccess({ atMs }: { atMs: number | null }) {
  if (atMs === null) return <span className="text-fg-3">–</span>;
  return (
    <time dateTime={formatIso(atMs)} title={formatIso(atMs)}>
      {formatClock(atMs, { seconds: true })}
    </time>
  );
}
