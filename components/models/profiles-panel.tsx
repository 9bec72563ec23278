"use client";
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useShortcut } from "@/components/layout/shortcuts";
import { describeError } from "@/components/trpc/describe-error";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { ErrorState, LoadingState } from "@/components/ui/states";
import { showToast } from "@/components/ui/toast";
import type { ListedProfile } from "@/domain/tokens/model-profiles";
import type { MeasuredError } from "@/domain/tokens/usage-report";
import type { Counters } from "./counting-fields";
import { ProfileRemarks } from "./profile-remarks";
import { type ProfileAction, ProfileTable } from "./profile-table";
import { useModelProfiles, useProfileChanges } from "./use-models";

// Few open a dialog, and none is shown at first.
const ProfileDialog = lazy(() =>
  import("./profile-dialog").then((loaded) => ({ default: loaded.ProfileDialog })),
);
const DeleteProfileDialog = lazy(() =>
  import("./delete-profile-dialog").then((loaded) => ({ default: loaded.DeleteProfileDialog })),
);

type OpenDialog = { kind: "form"; profile: ListedProfile | null } | DeleteQuestion;
interface DeleteQuestion {
  kind: "delete";
  profile: ListedProfile;
}

interface ProfilesPanelProps {
  counters: Counters;
  errors: readonly MeasuredError[] | undefined;
  chosenId: string | null;
  onChoose: (id: string) => void;
  isAdmin: boolean;
}

/** All profiles, what is to be looked at, and for admins their editor. Who may not change them may read all of it. */
export function ProfilesPanel(props: ProfilesPanelProps) {
  const { data, error, refetch } = useModelProfiles();
  const { makeDefault } = useProfileChanges();
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const { isAdmin, counters } = props;
  const openForm = (profile: ListedProfile | null) => {
    setDialog({ kind: "form", profile });
  };
  const act = (action: ProfileAction, profile: ListedProfile) => {
    if (action === "open") openForm(profile);
    else if (action === "delete") setDialog({ kind: "delete", profile });
    else
      makeDefault.mutate(
        { id: profile.id },
        {
          onSuccess: () => {
            showToast({ tone: "ok", text: `${profile.name} is the default` });
          },
          onError: (failure) => {
            showToast({ tone: "crit", text: describeError(failure).message });
          },
        },
      );
  };
  return (
    <Panel
      title="Profiles"
      subtitle="what prompts to each model are measured by"
      divided
      className="flex-none max-lg:max-h-none"
      actions={isAdmin && <AddProfile onAdd={() => openForm(null)} />}
    >
      {data === undefined ? (
        <NotRead error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          <ProfileRemarks profiles={data.profiles} onEdit={isAdmin ? openForm : null} />
          <ProfileTable {...props} profiles={data.profiles} onAction={act} />
        </>
      )}
      <Suspense fallback={null}>
        {dialog !== null && (
          <Opened
            dialog={dialog}
            counters={counters}
            isReadOnly={!isAdmin}
            defaultName={data?.profiles.find(({ isDefault }) => isDefault)?.name ?? ""}
            onClose={() => {
              setDialog(null);
            }}
          />
        )}
      </Suspense>
    </Panel>
  );
}

function AddProfile({ onAdd }: { onAdd: () => void }) {
  useShortcut({ keys: "n", label: "Add a profile", group: "On this page" }, onAdd);
  return (
    <Button size="sm" icon={<Plus />} shortcut="n" onClick={onAdd}>
      Add profile
    </Button>
  );
}

function NotRead({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (error !== null)
    return (
      <ErrorState title="Profiles were not read" {...describeError(error)} onRetry={onRetry} />
    );
  return (
    <LoadingState label="model profiles" waitingFor="The database reads the profiles">
      {["w-2/3", "w-1/2"].map((width) => (
        <Skeleton key={width} className={`my-2 ${width}`} />
      ))}
    </LoadingState>
  );
}

function Opened(props: {
  dialog: OpenDialog;
  counters: Counters;
  isReadOnly: boolean;
  defaultName: string;
  onClose: () => void;
}) {
  const { dialog, defaultName, ...rest } = props;
  if (dialog.kind === "form") return <ProfileDialog profile={dialog.profile} {...rest} />;
  return (
    <DeleteProfileDialog
      profile={dialog.profile}
      defaultName={defaultName}
      onClose={rest.onClose}
    />
  );
}
