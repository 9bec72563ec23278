"use client";
import { Pencil, Plus, Send, Trash2, Webhook } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { describeError } from "@/components/trpc/describe-error";
import { ListNotRead } from "@/components/trpc/list-not-read";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Panel } from "@/components/ui/panel";
import { EmptyState } from "@/components/ui/states";
import { Cell, HeadCell, Table } from "@/components/ui/table";
import { showToast } from "@/components/ui/toast";
import type { PressureWebhook } from "@/domain/pressure/pressure-webhook";
import { useWebhookChanges, useWebhooks } from "./use-webhooks";
import { LastSuccess, WebhookStatus } from "./webhook-status";

// Few open a dialog, and none is shown at first.
const WebhookDialog = lazy(() =>
  import("./webhook-dialog").then((loaded) => ({ default: loaded.WebhookDialog })),
);
const DeleteWebhookDialog = lazy(() =>
  import("./delete-webhook-dialog").then((loaded) => ({ default: loaded.DeleteWebhookDialog })),
);

type OpenDialog = { kind: "add" } | { kind: "edit" | "delete"; webhook: PressureWebhook };

/** Who is told when the memory of a GPU enters a level: list, add, test, edit, delete. Load it lazily. */
export function PressureWebhooksPanel({ className }: { className?: string }) {
  const { data, error, refetch } = useWebhooks();
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const count = data?.webhooks.length ?? 0;
  const add = (
    <Button
      size="sm"
      icon={<Plus />}
      disabled={count >= (data?.maxCount ?? 0)}
      onClick={() => {
        setDialog({ kind: "add" });
      }}
    >
      Add target
    </Button>
  );
  return (
    <Panel
      title="Webhooks"
      subtitle="told when memory pressure changes"
      divided
      className={className}
      {...(count > 0 && { actions: add })}
    >
      {data === undefined ? (
        <ListNotRead
          label="webhook targets"
          title="Targets were not read"
          waitingFor="The database reads the targets"
          error={error}
          onRetry={() => void refetch()}
        />
      ) : (
        <WebhookList webhooks={data.webhooks} add={add} onOpen={setDialog} />
      )}
      <Suspense fallback={null}>
        {dialog !== null && (
          <Opened
            dialog={dialog}
            onClose={() => {
              setDialog(null);
            }}
          />
        )}
      </Suspense>
    </Panel>
  );
}

function WebhookList({ add, ...list }: WebhookTableProps & { add: ReactNode }) {
  if (list.webhooks.length > 0) return <WebhookTable {...list} />;
  return (
    <EmptyState icon={<Webhook />} title="No target yet" actions={add}>
      A service that is told can hold back before memory runs out. It can also ask: GET
      /api/system/gpu/pressure says how many inferences at once are advised.
    </EmptyState>
  );
}

function Opened({ dialog, onClose }: { dialog: OpenDialog; onClose: () => void }) {
  if (dialog.kind === "delete")
    return <DeleteWebhookDialog webhook={dialog.webhook} onClose={onClose} />;
  const webhook = dialog.kind === "edit" ? dialog.webhook : null;
  return <WebhookDialog webhook={webhook} onClose={onClose} />;
}

interface WebhookTableProps {
  webhooks: readonly PressureWebhook[];
  onOpen: (dialog: OpenDialog) => void;
}

function WebhookTable({ webhooks, onOpen }: WebhookTableProps) {
  return (
    // A region that scrolls is reached by keyboard; relative, or what is hidden in it would widen the page.
    <div
      tabIndex={0}
      role="group"
      aria-label="Webhook targets"
      className="relative overflow-x-auto"
    >
      <Table>
        <thead>
          <tr>
            <HeadCell>Target</HeadCell>
            <HeadCell>State</HeadCell>
            <HeadCell isNumber>Last taken</HeadCell>
            <HeadCell isNumber>Waiting</HeadCell>
            <HeadCell>
              <span className="sr-only">Actions</span>
            </HeadCell>
          </tr>
        </thead>
        <tbody>
          {webhooks.map((webhook) => (
            <WebhookRow key={webhook.id} webhook={webhook} onOpen={onOpen} />
          ))}
        </tbody>
      </Table>
    </div>
  );
}

function WebhookRow(props: { webhook: PressureWebhook; onOpen: WebhookTableProps["onOpen"] }) {
  const { webhook, onOpen } = props;
  const { test } = useWebhookChanges();
  const { name, status } = webhook;
  return (
    <tr>
      <Cell className="max-w-48">
        <span className="block truncate font-medium">{name}</span>
        <span className="block truncate type-code text-[11px] text-fg-3" title={webhook.url}>
          {webhook.url}
        </span>
      </Cell>
      <Cell className="min-w-36">
        <WebhookStatus webhook={webhook} />
      </Cell>
      <Cell isNumber>
        <LastSuccess atMs={status.lastSuccessAtMs} />
      </Cell>
      <Cell isNumber>{status.waitingCount}</Cell>
      <Cell>
        <span className="flex justify-end gap-1">
          <IconButton
            label={`Test ${name}`}
            icon={<Send />}
            disabled={test.isPending}
            onClick={() => {
              test.mutate(
                { id: webhook.id },
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
            label={`Edit ${name}`}
            icon={<Pencil />}
            onClick={() => {
              onOpen({ kind: "edit", webhook });
            }}
          />
          <IconButton
            label={`Delete ${name}`}
            icon={<Trash2 />}
            onClick={() => {
              onOpen({ kind: "delete", webhook });
            }}
          />
        </span>
      </Cell>
    </tr>
  );
}
