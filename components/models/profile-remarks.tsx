import { TriangleAlert } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Strip } from "@/components/ui/strip";
import type { ListedProfile } from "@/domain/tokens/model-profiles";

interface ProfileRemarksProps {
  profiles: readonly ListedProfile[];
  /** Null: who asks may not change a profile. */
  onEdit: ((profile: ListedProfile) => void) | null;
}

/** What an operator should look at, one line each: what differs, from what, and what to do. */
export function ProfileRemarks({ profiles, onEdit }: ProfileRemarksProps) {
  return profiles.flatMap((profile) =>
    profile.remarks.map(({ message }) => (
      <Strip
        key={`${profile.id} ${message}`}
        tone="warn"
        icon={<TriangleAlert className="flex-none" />}
        end={
          onEdit && (
            <Button
              size="sm"
              aria-label={`Edit ${profile.name}`}
              onClick={() => {
                onEdit(profile);
              }}
            >
              Edit
            </Button>
          )
        }
      >
        <b>{profile.name}</b>: {message}
      </Strip>
    )),
  );
}
