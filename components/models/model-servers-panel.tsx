"use client";
import { Pencil, Plus, Send, Server, Trash2 } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { describeError } from "@/components/trpc/describe-error";
import { ListNotRead } from "@/components/trpc/list-not-read";
import { StateBadge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Panel } from "@/components/ui/panel";
import { EmptyState } from "@/components/ui/states";
import { Cell, HeadCell, Table } from "@/components/ui/table";
import { showToast } from "@/components/ui/toast";
import type { ModelServer } from "@/domain/tokens/model-server";
import { formatClock, formatIso } from "@/domain/time/format-time";
import { formatFull } from "@/domain/units/format-number";
import { useModelServerChanges, useModelServers } from "./use-model-servers";

// Few open a dialog, and none is shown at first.
const ModelServerDialog = lazy(() =>
  import("./model-server-dialog").then((loaded) => ({ default: loaded.ModelServerDialog })),
);
const DeleteModelServerDialog = lazy(() =>
  import("./delete-counter-dialog").then((loaded) => ({ default: loaded.DeleteModelServerDialog })),
);

type OpenDialog = { kind: "form"; server: ModelServer | null } | DeleteQuestion;
interface DeleteQuestion {
  kind: "delete";
  server: ModelServer;
}

/** Servers that count with their own tokenizer, and tell their window: list, add, test, edit, delete. For admins. */
export function ModelServersPanel() {
  const { data, error, refetch } = useModelServers({ enabled: true });
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const add = (
    <Button
      size="sm"
      icon={<Plus />}
      onClick={() => {
        setDialog({ kind: "form", server: null });
      }}
    >
      Add server
    </Button>
  );
  const close = () => {
    setDialog(null);
  };
  return (
    <Panel
      title="Model servers"
      subtitle="count with their own tokenizer, and tell their window"
      divided
      className="flex-none"
      actions={data !== undefined && data.servers.length > 0 && add}
    >
      {data === undefined ? (
        <ListNotRead
          label="model servers"
          title="Model servers were not read"
          waitingFor="The database reads the servers"
          error={error}
          onRetry={() => void refetch()}
        />
      ) : (
        <ServerList servers={data.servers} add={add} onOpen={setDialog} />
      )}
      <Suspense fallback={null}>
        {dialog?.kind === "form" && <ModelServerDialog server={dialog.server} onClose={close} />}
        {dialog?.kind === "delete" && (
          <DeleteModelServerDialog server={dialog.server} onClose={close} />
        )}
      </Suspense>
    </Panel>
  );
}

interface ServerTableProps {
  servers: readonly ModelServer[];
  onOpen: (dialog: OpenDialog) => void;
}

function ServerList({ add, ...list }: ServerTableProps & { add: ReactNode }) {
  if (list.servers.length === 0)
    return (
      <EmptyState icon={<Server />} title="No model server yet" actions={add}>
        A llama.cpp or vLLM server counts prompts exactly as the model does, and tells the window
        that it really has. Profiles then choose it under “Counted by”.
      </EmptyState>
    );
  return (
    // A region that scrolls is reached by keyboard; relative, or what is hidden in it would widen the page.
    <div
      tabIndex={0}
      role="group"
      aria-label="Table of model servers"
      className="relative overflow-x-auto -outline-offset-2"
    >
      <Table>
        <thead>
          <tr>
            <HeadCell>Server</HeadCell>
            <HeadCell>Kind</HeadCell>
            <HeadCell>Model it names</HeadCell>
            <HeadCell isNumber>Window a slot</HeadCell>
            <HeadCell isNumber>Slots</HeadCell>
            <HeadCell>Last look</HeadCell>
            <HeadCell>
              <span className="sr-only">Actions</span>
            </HeadCell>
          </tr>
        </thead>
        <tbody>
          {list.servers.map((server) => (
            <ServerRow key={server.id} server={server} onOpen={list.onOpen} />
          ))}
        </tbody>
      </Table>
    </div>
  );
}

function ServerRow({
  server,
  onOpen,
}: {
  server: ModelServer;
  onOpen: ServerTableProps["onOpen"];
}) {
  const { name, observed } = server;
  const told = (value: number | null | undefined) =>
    value === null || value === undefined ? <NotTold /> : formatFull(value);
  return (
    <tr className="h-10.5">
      <Cell className="max-w-60">
        <b className="block truncate font-medium">{name}</b>
        <span className="block truncate type-code text-[11px] text-fg-3" title={server.url}>
          {server.url}
        </span>
      </Cell>
      <Cell className="text-fg-2">{server.kind}</Cell>
      <Cell className="max-w-48 truncate">{observed?.model ?? server.model ?? <NotTold />}</Cell>
      <Cell isNumber>{told(observed?.slotWindow)}</Cell>
      <Cell isNumber>{told(observed?.parallelSlots)}</Cell>
      <Cell className="max-w-60">
        <LastLook server={server} />
      </Cell>
      <Cell>
        <ServerActions server={server} onOpen={onOpen} />
      </Cell>
    </tr>
  );
}

function NotTold() {
  return (
    <span className="text-fg-3">
      –<span className="sr-only"> not told by the server</span>
    </span>
  );
}

function LastLook({ server: { observed, lastError } }: { server: ModelServer }) {
  if (lastError !== null && lastError.atMs >= (observed?.atMs ?? 0))
    return (
      <span className="flex min-w-0 items-center gap-2" title={formatIso(lastError.atMs)}>
        <StateBadge state="crit">Fails</StateBadge>
        <span className="min-w-0 truncate" title={lastError.message}>
          {lastError.message}
        </span>
      </span>
    );
  if (observed === null) return <span className="text-fg-3">not looked at yet</span>;
  return (
    <time
      dateTime={formatIso(observed.atMs)}
      title={formatIso(observed.atMs)}
      className="text-fg-2"
    >
      {formatClock(observed.atMs, { seconds: true })}
    </time>
  );
}

function ServerActions(props: { server: ModelServer; onOpen: ServerTableProps["onOpen"] }) {
  const { server, onOpen } = props;
  const { id, name } = server;
  const { test } = useModelServerChanges();
  return (
    <span className="flex justify-end gap-1">
      <IconButton
        label={`Test ${name}`}
        icon={<Send />}
        disabled={test.isPending}
        onClick={() => {
          test.mutate(
            { id },
            {
              onSuccess: ({ ok, message }) => {
                showToast({ tone: ok ? "ok" : "crit", text: `${name}: ${message}` });
              },
              onError: (error) => {
                showToast({ tone: "crit", text: describeError(error).message });
              },
            },
          );
        }}
      />
      <IconButton
        label={`Delete ${name}`}
        icon={<Trash2 />}
        onClick={() => {
          onOpen({ kind: "delete", server });
        }}
      />
      <IconButton
        label={`Edit ${name}`}
        icon={<Pencil />}
        onClick={() => {
          onOpen({ kind: "form", server });
        }}
      />
    </span>
  );
}
