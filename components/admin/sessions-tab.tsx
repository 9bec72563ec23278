"use client";
import { useMutation } from "@tanstack/react-query";
import { LogOut, MonitorSmartphone } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useTRPC } from "@/components/trpc/trpc";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { EmptyState } from "@/components/ui/states";
import { showToast } from "@/components/ui/toast";
import type { Session } from "@/domain/identity/session";
import { AdminColumns } from "./admin-columns";
import { useNowMs } from "./admin-time";
import { ConfirmDialog } from "./confirm-dialog";
import { ListPanel, type ListSearch } from "./list-panel";
import { sessionColumns } from "./session-columns";
import { useListsChanged, useSessions, useSettings } from "./use-admin-lists";
import { type Confirmation, useConfirmation } from "./use-confirmation";

/** Who is signed in, where: list and revoke. `audit`: what was done lately, below the list. */
export function SessionsTab({ search, audit }: { search: ListSearch; audit: ReactNode }) {
  const nowMs = useNowMs();
  const sessions = useSessions();
  const { asked, isOpen, ask, close } = useConfirmation();
  const columns = useMemo(() => sessionColumns(nowMs), [nowMs]);
  return (
    <AdminColumns label="How a session ends" aside={<HowSessionsEnd />}>
      <ListPanel
        label="Sessions"
        query={sessions}
        rows={sessions.data?.sessions}
        columns={columns}
        keyOf={({ id }) => id}
        nameOf={({ email }) => `Session of ${email}`}
        search={search}
        sortedFirst={{ by: "seen", isDescending: true }}
        actions={(session) => <RevokeSession session={session} onAsk={ask} />}
        empty={
          <EmptyState icon={<MonitorSmartphone />} title="Nobody is signed in">
            You use a key. Somebody who signs in stands here, with device and address, for as long
            as the sign-in lasts.
          </EmptyState>
        }
      />
      {audit}
      {asked && <ConfirmDialog asked={asked} open={isOpen} onClose={close} />}
    </AdminColumns>
  );
}

interface RevokeSessionProps {
  session: Session;
  onAsk: (confirmation: Confirmation) => void;
}

function RevokeSession({ session, onAsk }: RevokeSessionProps) {
  const onSettled = useListsChanged();
  const revoke = useMutation(useTRPC().sessions.revoke.mutationOptions({ onSettled }));
  const { id, email, device, isCurrent } = session;
  return (
    <Button
      size="sm"
      variant="quiet"
      icon={<LogOut />}
      aria-label={`Revoke the session of ${email}${device === "" ? "" : `, ${device}`}`}
      onClick={() => {
        onAsk({
          title: `Revoke the session of ${email}?`,
          consequence: `${device === "" ? "This sign-in" : device} is signed out at the next request, and its sockets close within 5 s.${isCurrent ? " It is yours: you sign in again." : " Signing in again stays possible."}`,
          verb: "Revoke session",
          run: async () => {
            await revoke.mutateAsync({ id });
            showToast({ tone: "ok", text: `A session of ${email} is revoked` });
          },
        });
      }}
    >
      Revoke
    </Button>
  );
}

function HowSessionsEnd() {
  const settings = useSettings().data?.settings;
  const valueOf = (name: string) => settings?.find((one) => one.name === name)?.value ?? "–";
  const ways = [
    [`${valueOf("SESSION_IDLE_HOURS")} h`, "without a request (SESSION_IDLE_HOURS)"],
    [`${valueOf("SESSION_MAX_DAYS")} d`, "after it began, however it is used (SESSION_MAX_DAYS)"],
    ["5 s", "after it is revoked here, its sockets too"],
    ["5 s", "after its account is disabled or deleted, or gets a new password"],
  ] as const;
  return (
    <Panel title="How a session ends" className="flex-none">
      <dl className="px-3 pb-2 type-12">
        {ways.map(([after, why]) => (
          <div
            key={why}
            className="grid grid-cols-[44px_minmax(0,1fr)] gap-2 border-b border-line-1 py-1.5 last:border-b-0"
          >
            <dt className="font-medium">{after}</dt>
            <dd className="text-pretty text-fg-2">{why}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
