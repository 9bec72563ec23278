"use client";
import { Dialog } from "@/components/ui/dialog";
import { showToast } from "@/components/ui/toast";
import type { ListedProfile } from "@/domain/tokens/model-profiles";
import type { Counters } from "./counting-fields";
import { ProfileForm } from "./profile-form";

interface ProfileDialogProps {
  /** Null: a new one. */
  profile: ListedProfile | null;
  counters: Counters;
  isReadOnly: boolean;
  onClose: () => void;
}

/** Adds, changes or, for those who may not change it, shows a profile. */
export function ProfileDialog({ profile, counters, isReadOnly, onClose }: ProfileDialogProps) {
  return (
    <Dialog title={titleOf(profile, isReadOnly)} open onClose={onClose} className="max-w-180">
      <ProfileForm
        profile={profile}
        counters={counters}
        isReadOnly={isReadOnly}
        onSaved={({ name }) => {
          showToast({ tone: "ok", text: `${name} is saved` });
          onClose();
        }}
      />
    </Dialog>
  );
}

function titleOf(profile: ListedProfile | null, isReadOnly: boolean): string {
  if (profile === null) return "Add a profile";
  return isReadOnly ? profile.name : `Edit ${profile.name}`;
}
