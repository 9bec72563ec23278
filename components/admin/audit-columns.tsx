import type { AuditEntry } from "@/domain/audit/audit-entry";
import { formatIso } from "@/domain/time/format-time";
import { At, momentText } from "./admin-time";
import type { DataColumn } from "@/components/layout/data-table";
import { auditSummary } from "./audit-difference";

export function auditColumns(nowMs: number): readonly DataColumn<AuditEntry>[] {
  return [
    {
      key: "at",
      head: "Time",
      sortValue: null,
      text: ({ atMs }) => formatIso(atMs),
      cell: ({ atMs }) => <At atMs={atMs} say={(at) => momentText(at, nowMs)} none="" />,
    },
    {
      key: "who",
      head: "Who",
      sortValue: null,
      text: ({ actorName }) => actorName,
      cell: ({ actorName, actorKind }) => (
        <span>
          {actorName}
          {actorKind === "key" && <span className="text-fg-3"> key</span>}
        </span>
      ),
    },
    {
      key: "action",
      head: "Action",
      className: "type-code text-[11px] text-fg-2",
      sortValue: null,
      text: ({ action }) => action,
      cell: ({ action }) => action,
    },
    {
      key: "what",
      head: "What",
      className: "w-full max-w-0 truncate max-md:max-w-80 max-md:min-w-60",
      sortValue: null,
      text: (entry) => whatOf(entry).join(" "),
      cell: (entry) => {
        const [target, summary] = whatOf(entry);
        return (
          <span title={`${target} ${summary}`.trim()}>
            {target} <span className="text-fg-2">{summary}</span>
          </span>
        );
      },
    },
    {
      key: "request",
      head: "Request",
      isNumber: true,
      className: "type-code text-[11px] text-fg-3",
      sortValue: null,
      text: ({ requestId }) => requestId,
      cell: ({ requestId }) => <span title={requestId}>{shortId(requestId)}</span>,
    },
  ];
}

function whatOf(entry: AuditEntry): [target: string, summary: string] {
  return [entry.target, auditSummary(entry)];
}

const WHOLE_ID = 14;

/** Long ids are cut in the middle, and copied whole. */
function shortId(id: string): string {
  return id.length <= WHOLE_ID ? id : `${id.slice(0, 8)}…${id.slice(-4)}`;
}
