"use client";
import { CallFailure } from "@/components/trpc/call-failure";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { PressureWebhook } from "@/domain/pressure/pressure-webhook";
import { useWebhookChanges } from "./use-webhooks";

interface DeleteWebhookDialogProps {
  webhook: PressureWebhook;
  onClose: () => void;
}

/** Asks, because it cannot be undone: the secret is gone with the target. */
export function DeleteWebhookDialog({ webhook, onClose }: DeleteWebhookDialogProps) {
  const { remove } = useWebhookChanges();
  const { waitingCount } = webhook.status;
  return (
    <Dialog title={`Delete ${webhook.name}`} open onClose={onClose} className="max-w-100">
      <div className="flex flex-col gap-3 p-3.5">
        <p className="type-12 text-pretty text-fg-2">
          Nothing is sent to this target any more, and its secret is gone.
          {waitingCount > 0 && ` ${messages(waitingCount)} not sent yet are lost.`}
        </p>
        {remove.isError && <CallFailure error={remove.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep target</Button>
          <Button
            variant="danger"
            disabled={remove.isPending}
            onClick={() => {
              remove.mutate({ id: webhook.id }, { onSuccess: onClose });
            }}
          >
            Delete target
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function messages(count: number): string {
  return count === 1 ? "1 message" : `${count} messages`;
}
