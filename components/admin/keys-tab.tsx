"use client";
import { Ban, KeyRound } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { EmptyState } from "@/components/ui/states";
import { showToast } from "@/components/ui/toast";
import type { ApiKey, CreatedApiKey } from "@/domain/identity/api-key";
import { AdminColumns } from "./admin-columns";
import { useNowMs } from "./admin-time";
import { ConfirmDialog } from "./confirm-dialog";
import { isKeyOver, keyColumns } from "./key-columns";
import { KeyMade } from "./key-made";
import { ListPanel, type ListSearch } from "./list-panel";
import { NewKeyForm } from "./new-key-form";
import { RowMenu } from "./row-menu";
import { useApiKeys } from "./use-admin-lists";
import { type Confirmation, useConfirmation } from "./use-confirmation";
import { useKeyChanges } from "./use-key-changes";

/** What programs send instead of signing in: list, make, revoke. `audit`: what was done lately, below the list. */
export function KeysTab({ search, audit }: { search: ListSearch; audit: ReactNode }) {
  const nowMs = useNowMs();
  const keys = useApiKeys();
  const { asked, isOpen, ask, close } = useConfirmation();
  const [made, setMade] = useState<CreatedApiKey | null>(null);
  const columns = useMemo(() => keyColumns(nowMs), [nowMs]);
  return (
    <AdminColumns
      label="New key"
      aside={
        <>
          <NewKeyForm onMade={setMade} />
          {made && (
            <KeyMade
              key={made.key.id}
              made={made}
              onDone={() => {
                setMade(null);
              }}
            />
          )}
        </>
      }
    >
      <ListPanel
        label="API keys"
        query={keys}
        rows={keys.data?.keys}
        columns={columns}
        keyOf={({ id }) => id}
        nameOf={({ name }) => name}
        search={search}
        sortedFirst={{ by: "name", isDescending: false }}
        isOver={(key) => isKeyOver(key, nowMs)}
        actions={(key) => !isKeyOver(key, nowMs) && <KeyMenu apiKey={key} onAsk={ask} />}
        empty={
          <EmptyState icon={<KeyRound />} title="No key yet">
            Agents on other hosts, Prometheus and scripts need one each: make it here, with no more
            rights than its program needs.
          </EmptyState>
        }
      />
      {audit}
      {asked && <ConfirmDialog asked={asked} open={isOpen} onClose={close} />}
    </AdminColumns>
  );
}

interface KeyMenuProps {
  apiKey: ApiKey;
  onAsk: (confirmation: Confirmation) => void;
}

function KeyMenu({ apiKey, onAsk }: KeyMenuProps) {
  const { revoke } = useKeyChanges();
  const { id, name } = apiKey;
  return (
    <RowMenu
      label={`More for ${name}`}
      actions={[
        {
          label: "Revoke",
          icon: <Ban />,
          isDanger: true,
          run: () => {
            onAsk({
              title: `Revoke ${name}?`,
              consequence: `What uses it is refused from the next request on, and its sockets close within 5 s. ${usedText(apiKey)} A revoked key cannot be brought back: make another one.`,
              verb: "Revoke key",
              run: async () => {
                await revoke.mutateAsync({ id });
                showToast({ tone: "ok", text: `${name} is revoked` });
              },
            });
          },
        },
      ]}
    />
  );
}

function usedText({ callsLast24h }: ApiKey): string {
  if (callsLast24h === 0) return "It was not used in the last 24 h.";
  return callsLast24h === 1
    ? "It was used once in the last 24 h."
    : `It was used ${callsLast24h} times in the last 24 h.`;
}
