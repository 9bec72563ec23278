"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { describeError } from "@/components/trpc/describe-error";
import { useTRPC } from "@/components/trpc/trpc";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { ErrorState, LoadingState } from "@/components/ui/states";
import { Cell, HeadCell, Table } from "@/components/ui/table";
import { showToast } from "@/components/ui/toast";
import type { Session, SignInMethod } from "@/domain/identity/session";
import { formatClock, formatDay, formatIso } from "@/domain/time/format-time";
import { NO_VALUE } from "@/domain/units/format-number";

const ASK_AGAIN_AFTER_MS = 30_000;

/** Where one is signed in, and the end of what one does not know or need. */
export function OwnSessionsPanel() {
  const query = useQuery({
    ...useTRPC().identity.sessions.queryOptions(),
    refetchInterval: ASK_AGAIN_AFTER_MS,
  });
  const { revokeOne, revokeOthers } = useRevocations();
  const sessions = query.data?.sessions;
  const others = sessions?.filter(({ isCurrent }) => !isCurrent) ?? [];
  return (
    <Panel
      title="Sessions"
      subtitle={sessions && countText(sessions.length)}
      divided
      actions={
        others.length > 0 && (
          <Button
            size="sm"
            disabled={revokeOthers.isPending}
            onClick={() => {
              revokeOthers.mutate();
            }}
          >
            End all others
          </Button>
        )
      }
    >
      {sessions === undefined ? (
        <NotThere error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <div
          role="group"
          aria-label="List of sessions"
          tabIndex={0} // it scrolls on a narrow screen, and must do so by keyboard too
          className="relative overflow-x-auto"
        >
          <SessionTable
            sessions={sessions}
            ending={revokeOne.isPending ? revokeOne.variables.id : null}
            onEnd={(id) => {
              revokeOne.mutate({ id });
            }}
          />
        </div>
      )}
    </Panel>
  );
}

function useRevocations() {
  const { sessions, revokeSession, revokeOtherSessions } = useTRPC().identity;
  const queryClient = useQueryClient();
  const options = {
    onSuccess: ({ count }: { count: number }) => {
      showToast({
        tone: "ok",
        text: count === 1 ? "One session ended" : `${count.toString()} sessions ended`,
      });
    },
    onError: (error: unknown) => {
      showToast({ tone: "crit", text: `No session ended. ${describeError(error).message}` });
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: sessions.queryKey() }),
  };
  return {
    revokeOne: useMutation(revokeSession.mutationOptions(options)),
    revokeOthers: useMutation(revokeOtherSessions.mutationOptions(options)),
  };
}

function NotThere({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (error !== null)
    return (
      <ErrorState title="Sessions were not read" {...describeError(error)} onRetry={onRetry} />
    );
  return (
    <LoadingState label="Sessions" waitingFor="The database reads your sessions">
      <Skeleton className="w-2/3" />
      <Skeleton className="w-1/2" />
    </LoadingState>
  );
}

interface SessionTableProps {
  sessions: readonly Session[];
  /** Id of the one that is being ended. */
  ending: string | null;
  onEnd: (id: string) => void;
}

const methods: Readonly<Record<SignInMethod, string>> = {
  password: "password",
  oidc: "provider",
  setup: "setup code",
};

function SessionTable({ sessions, ending, onEnd }: SessionTableProps) {
  return (
    <Table aria-label="Sessions">
      <thead>
        <tr>
          <HeadCell>Device</HeadCell>
          <HeadCell>Address</HeadCell>
          <HeadCell>By</HeadCell>
          <HeadCell isNumber>Signed in</HeadCell>
          <HeadCell isNumber>Last seen</HeadCell>
          <HeadCell isNumber>Ends</HeadCell>
          <HeadCell>
            <span className="sr-only">End</span>
          </HeadCell>
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) => (
          <tr key={session.id}>
            <Cell className="h-8.5 font-medium">{session.device || "Unknown device"}</Cell>
            <Cell className="text-fg-2">{session.address || NO_VALUE}</Cell>
            <Cell className="text-fg-2">{methods[session.method]}</Cell>
            <Cell isNumber>
              <Moment atMs={session.createdAtMs} />
            </Cell>
            <Cell isNumber>
              <Moment atMs={session.lastSeenAtMs} />
            </Cell>
            <Cell isNumber className="text-fg-2">
              <Moment atMs={session.expiresAtMs} />
            </Cell>
            <Cell className="text-right">
              {session.isCurrent ? (
                <Badge tone="accent">This one</Badge>
              ) : (
                <Button
                  size="sm"
                  aria-label={`End the session of ${session.device || "an unknown device"}`}
                  disabled={ending === session.id}
                  onClick={() => {
                    onEnd(session.id);
                  }}
                >
                  End
                </Button>
              )}
            </Cell>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Moment({ atMs }: { atMs: number }) {
  return (
    <time dateTime={formatIso(atMs)} title={formatIso(atMs)}>
      {formatDay(atMs, { nowMs: atMs })} {formatClock(atMs)}
    </time>
  );
}

function countText(count: number): string {
  return count === 1
    ? "you are signed in here alone"
    : `you are signed in at ${count.toString()} places`;
}
