import { Badge } from "@/components/ui/badge";
import type { Session } from "@/domain/identity/session";
import { formatIso } from "@/domain/time/format-time";
import { At, lastSeenText, momentText, untilText } from "./admin-time";
import type { DataColumn } from "@/components/layout/data-table";

export function sessionColumns(nowMs: number): readonly DataColumn<Session>[] {
  return [
    {
      key: "email",
      head: "Person",
      sortValue: ({ email }) => email,
      text: ({ email }) => email,
      cell: ({ email, isCurrent }) => (
        <span className="flex items-center gap-2">
          <b className="font-medium">{email}</b>
          {isCurrent && <Badge tone="accent">This one</Badge>}
        </span>
      ),
    },
    {
      key: "device",
      head: "Device",
      className: "text-fg-2",
      sortValue: ({ device }) => device,
      text: ({ device }) => device,
      cell: ({ device }) =>
        device === "" ? <span className="text-fg-3">it did not say</span> : device,
    },
    {
      key: "address",
      head: "Address",
      className: "type-code text-[11px] text-fg-2",
      sortValue: ({ address }) => address,
      text: ({ address }) => address,
      cell: ({ address }) => address,
    },
    {
      key: "method",
      head: "By",
      className: "text-fg-2",
      sortValue: ({ method }) => method,
      text: ({ method }) => methodNames[method],
      cell: ({ method }) => methodNames[method],
    },
    {
      key: "began",
      head: "Began",
      isNumber: true,
      className: "text-fg-2",
      sortValue: ({ createdAtMs }) => createdAtMs,
      text: ({ createdAtMs }) => formatIso(createdAtMs),
      cell: ({ createdAtMs }) => (
        <At atMs={createdAtMs} say={(atMs) => momentText(atMs, nowMs)} none="" />
      ),
    },
    {
      key: "seen",
      head: "Last seen",
      isNumber: true,
      sortValue: ({ lastSeenAtMs }) => lastSeenAtMs,
      text: ({ lastSeenAtMs }) => formatIso(lastSeenAtMs),
      cell: ({ lastSeenAtMs }) => (
        <At atMs={lastSeenAtMs} say={(atMs) => lastSeenText(atMs, nowMs)} none="" />
      ),
    },
    {
      key: "ends",
      head: "Ends",
      isNumber: true,
      className: "text-fg-2",
      sortValue: ({ expiresAtMs }) => expiresAtMs,
      text: ({ expiresAtMs }) => formatIso(expiresAtMs),
      cell: ({ expiresAtMs }) => (
        <At atMs={expiresAtMs} say={(atMs) => untilText(atMs, nowMs)} none="" />
      ),
    },
  ];
}

const methodNames: Record<Session["method"], string> = {
  password: "password",
  oidc: "OpenID",
  setup: "setup link",
};
