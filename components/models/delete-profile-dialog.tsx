"use client";
import { CallFailure } from "@/components/trpc/call-failure";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { ListedProfile } from "@/domain/tokens/model-profiles";
import { useProfileChanges } from "./use-models";

interface DeleteProfileDialogProps {
  profile: ListedProfile;
  /** Whose window counts for its models from then on. */
  defaultName: string;
  onClose: () => void;
}

/** Asks, because it cannot be undone. */
export function DeleteProfileDialog({ profile, defaultName, onClose }: DeleteProfileDialogProps) {
  const { remove } = useProfileChanges();
  return (
    <Dialog title={`Delete ${profile.name}?`} open onClose={onClose} className="max-w-100">
      <div className="flex flex-col gap-3 px-3.5 pt-1.5 pb-3.5">
        <p className="type-12 text-pretty text-fg-2">
          Prompts to its models are then measured by the default, {defaultName}. What was recorded
          stays.
        </p>
        {remove.isError && <CallFailure error={remove.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep profile</Button>
          <Button
            variant="danger"
            disabled={remove.isPending}
            onClick={() => {
              remove.mutate({ id: profile.id }, { onSuccess: onClose });
            }}
          >
            Delete profile
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
