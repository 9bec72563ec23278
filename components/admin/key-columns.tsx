import { TriangleAlert } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { StaleIcon } from "@/components/ui/icons";
import type { ApiKey } from "@/domain/identity/api-key";
import { formatDay, formatIso } from "@/domain/time/format-time";
import { formatFull } from "@/domain/units/format-number";
import { At, lastSeenText, untilText } from "./admin-time";
import type { DataColumn } from "@/components/layout/data-table";
import { keyKindFacts } from "./key-kinds";

const DAY_MS = 86_400_000;
const WARNED_BEFORE_MS = 14 * DAY_MS;
/** Last use is kept to the minute, so that two minutes may pass unseen. */
const SILENT_AFTER_MS = 180_000;
/** One a minute over a day: what sends this often sends always. */
const STEADY_CALLS = 1_440;

/** True of a key that no longer opens anything. */
export function isKeyOver({ revokedAtMs, expiresAtMs }: ApiKey, nowMs: number): boolean {
  return revokedAtMs !== null || (expiresAtMs !== null && expiresAtMs <= nowMs);
}

/** True of an agent or service that sent all day and does not any more. */
function isSilent(key: ApiKey, nowMs: number): boolean {
  if (key.kind !== "ingest" || key.lastUsedAtMs === null || isKeyOver(key, nowMs)) return false;
  return key.callsLast24h >= STEADY_CALLS && nowMs - key.lastUsedAtMs > SILENT_AFTER_MS;
}

export function keyColumns(nowMs: number): readonly DataColumn<ApiKey>[] {
  return [
    {
      key: "name",
      head: "Name",
      sortValue: ({ name }) => name,
      text: ({ name }) => name,
      cell: ({ name, hint }) => (
        <span className="flex items-baseline gap-2">
          <b className="font-medium">{name}</b>
          <span className="type-code text-[11px] text-fg-3">{hint}</span>
        </span>
      ),
    },
    {
      key: "kind",
      head: "Kind",
      className: "text-fg-2",
      sortValue: ({ kind }) => kind,
      text: ({ kind }) => kind,
      cell: ({ kind }) => kind,
    },
    {
      key: "may",
      head: "May",
      sortValue: null,
      text: ({ kind }) => keyKindFacts(kind)?.rights.join(", ") ?? "",
      cell: ({ kind }) => (
        <span className="flex gap-1">
          {keyKindFacts(kind)?.rights.map((right) => (
            <Badge key={right} tone="plain">
              {right}
            </Badge>
          ))}
        </span>
      ),
    },
    {
      key: "by",
      head: "Made by",
      className: "text-fg-2",
      sortValue: ({ createdBy }) => createdBy,
      text: ({ createdBy }) => createdBy,
      cell: ({ createdBy, createdAtMs }) => (
        <span title={`made ${formatIso(createdAtMs)}`}>{createdBy}</span>
      ),
    },
    {
      key: "used",
      head: "Last used",
      isNumber: true,
      sortValue: ({ lastUsedAtMs }) => lastUsedAtMs,
      text: ({ lastUsedAtMs }) => (lastUsedAtMs === null ? "" : formatIso(lastUsedAtMs)),
      cell: (key) => <LastUsed apiKey={key} nowMs={nowMs} />,
    },
    {
      key: "calls",
      head: "Calls, 24 h",
      isNumber: true,
      sortValue: ({ callsLast24h }) => callsLast24h,
      text: ({ callsLast24h }) => String(callsLast24h),
      cell: ({ callsLast24h }) => formatFull(callsLast24h),
    },
    {
      key: "ends",
      head: "Ends",
      isNumber: true,
      className: "text-fg-2",
      sortValue: ({ revokedAtMs, expiresAtMs }) => revokedAtMs ?? expiresAtMs,
      text: (key) => endText(key, nowMs),
      cell: (key) => <Ends apiKey={key} nowMs={nowMs} />,
    },
  ];
}

interface KeyCellProps {
  apiKey: ApiKey;
  nowMs: number;
}

function LastUsed({ apiKey, nowMs }: KeyCellProps) {
  const used = (
    <At atMs={apiKey.lastUsedAtMs} say={(atMs) => lastSeenText(atMs, nowMs)} none="never used" />
  );
  if (!isSilent(apiKey, nowMs)) return used;
  return (
    <span
      title="It sent all day, and has stopped"
      className="inline-flex items-center gap-1 text-warn"
    >
      <StaleIcon className="size-3" />
      {used}
      <span className="sr-only"> it sent all day, and has stopped</span>
    </span>
  );
}

function endText({ revokedAtMs, expiresAtMs }: ApiKey, nowMs: number): string {
  if (revokedAtMs !== null) return `revoked ${formatDay(revokedAtMs, { nowMs })}`;
  if (expiresAtMs === null) return "never";
  if (expiresAtMs <= nowMs) return `ended ${formatDay(expiresAtMs, { nowMs })}`;
  const isSoon = expiresAtMs - nowMs < WARNED_BEFORE_MS;
  return isSoon ? untilText(expiresAtMs, nowMs) : formatDay(expiresAtMs, { nowMs });
}

function Ends({ apiKey, nowMs }: KeyCellProps) {
  const endsAtMs = apiKey.revokedAtMs ?? apiKey.expiresAtMs;
  if (endsAtMs === null) return <span title="until it is revoked">{endText(apiKey, nowMs)}</span>;
  const isSoon = !isKeyOver(apiKey, nowMs) && endsAtMs - nowMs < WARNED_BEFORE_MS;
  const at = <At atMs={endsAtMs} say={() => endText(apiKey, nowMs)} none="" />;
  if (!isSoon) return at;
  return (
    <span className="inline-flex items-center gap-1 text-warn">
      <TriangleAlert className="size-3" />
      {at}
    </span>
  );
}
