import { Badge } from "@/components/ui/badge";
import type { User } from "@/domain/identity/user";
import { formatDay, formatIso } from "@/domain/time/format-time";
import { formatFull } from "@/domain/units/format-number";
import { At, lastSeenText } from "./admin-time";
import type { DataColumn } from "@/components/layout/data-table";

const roleOrder: readonly User["role"][] = ["viewer", "operator", "admin"];

/** `myEmail`: of who looks, to mark the row. */
export function userColumns(options: {
  nowMs: number;
  myEmail: string | null;
}): readonly DataColumn<User>[] {
  const { nowMs, myEmail } = options;
  return [
    {
      key: "email",
      head: "Person",
      sortValue: ({ email }) => email,
      text: ({ email, name }) => (name === "" ? email : `${email} (${name})`),
      cell: (user) => (
        <span className="flex items-center gap-2">
          <b className="font-medium">{user.email}</b>
          {user.name !== "" && <span className="text-fg-3">{user.name}</span>}
          {user.email === myEmail && <Badge tone="accent">You</Badge>}
          {user.disabledAtMs !== null && (
            <Badge tone="dashed">disabled {formatDay(user.disabledAtMs, { nowMs })}</Badge>
          )}
        </span>
      ),
    },
    {
      key: "role",
      head: "Role",
      className: "text-fg-2",
      sortValue: ({ role }) => roleOrder.indexOf(role),
      text: ({ role }) => role,
      cell: ({ role }) => role,
    },
    {
      key: "methods",
      head: "Signs in by",
      sortValue: null,
      text: (user) => methodsOf(user).join(", "),
      cell: (user) => <Methods methods={methodsOf(user)} />,
    },
    {
      key: "last",
      head: "Last sign-in",
      isNumber: true,
      sortValue: ({ lastSignInAtMs }) => lastSignInAtMs,
      text: ({ lastSignInAtMs }) => (lastSignInAtMs === null ? "" : formatIso(lastSignInAtMs)),
      cell: ({ lastSignInAtMs }) => (
        <At
          atMs={lastSignInAtMs}
          say={(atMs) => lastSeenText(atMs, nowMs)}
          none="has never signed in"
        />
      ),
    },
    {
      key: "sessions",
      head: "Sessions",
      isNumber: true,
      sortValue: ({ activeSessions }) => activeSessions,
      text: ({ activeSessions }) => String(activeSessions),
      cell: ({ activeSessions }) => formatFull(activeSessions),
    },
    {
      key: "created",
      head: "Added",
      isNumber: true,
      className: "text-fg-2",
      sortValue: ({ createdAtMs }) => createdAtMs,
      text: ({ createdAtMs }) => formatIso(createdAtMs),
      cell: ({ createdAtMs }) => (
        <At atMs={createdAtMs} say={(atMs) => formatDay(atMs, { nowMs })} none="" />
      ),
    },
  ];
}

function methodsOf({ hasPassword, providers }: User): string[] {
  return [...(hasPassword ? ["password"] : []), ...providers];
}

function Methods({ methods }: { methods: readonly string[] }) {
  if (methods.length === 0) return <span className="text-fg-3">nothing yet</span>;
  return (
    <span className="flex gap-1">
      {methods.map((method) => (
        <Badge key={method} tone="plain">
          {method}
        </Badge>
      ))}
    </span>
  );
}
