"use client";
import { useMutation } from "@tanstack/react-query";
import { CallFailure } from "@/components/trpc/call-failure";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { Confirmation } from "./use-confirmation";

interface ConfirmDialogProps {
  asked: Confirmation;
  open: boolean;
  onClose: () => void;
}

/** Says what ends, and does it on a second press. What the server refuses stands in it, in the server's words. */
export function ConfirmDialog({ asked, open, onClose }: ConfirmDialogProps) {
  const action = useMutation({ mutationFn: ({ run }: Confirmation) => run(), onSuccess: onClose });
  const close = () => {
    action.reset();
    onClose();
  };
  return (
    <Dialog title={asked.title} open={open} onClose={close} className="max-w-100">
      <div className="flex flex-col gap-3 px-3.5 pt-1.5 pb-3.5">
        <p className="type-12 text-pretty text-fg-2">{asked.consequence}</p>
        {action.isError && <CallFailure error={action.error} />}
        <div className="flex justify-end gap-2">
          <Button shortcut="Esc" onClick={close}>
            Cancel
          </Button>
          <Button
            variant="danger"
            disabled={action.isPending}
            onClick={() => {
              action.mutate(asked);
            }}
          >
            {asked.verb}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
