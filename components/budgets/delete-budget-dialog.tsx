"use client";
import { CallFailure } from "@/components/trpc/call-failure";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { showToast } from "@/components/ui/toast";
import type { TokenBudget } from "@/domain/tokens/token-budget";
import { useBudgetChanges } from "./use-budgets";

interface DeleteBudgetDialogProps {
  budget: TokenBudget;
  onClose: () => void;
}

/** Asks, because the times of its marks cannot be brought back. */
export function DeleteBudgetDialog({ budget, onClose }: DeleteBudgetDialogProps) {
  const { remove } = useBudgetChanges();
  return (
    <Dialog title={`Delete ${budget.name}?`} open onClose={onClose} className="max-w-100">
      <div className="flex flex-col gap-3 px-3.5 pt-1.5 pb-3.5">
        <p className="type-12 text-pretty text-fg-2">
          Nobody is told of its marks any more, and when they were reached is forgotten. The tokens
          stay counted: a new budget begins with what today has used.
        </p>
        {remove.isError && <CallFailure error={remove.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep budget</Button>
          <Button
            variant="danger"
            disabled={remove.isPending}
            onClick={() => {
              remove.mutate(
                { id: budget.id },
                {
                  onSuccess: () => {
                    showToast({ tone: "ok", text: `${budget.name} is deleted` });
                    onClose();
                  },
                },
              );
            }}
          >
            Delete budget
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
