"use client";
import { Copy, Undo2 } from "lucide-react";
import { usePrintedKeys, useShortcut } from "@/components/layout/shortcuts";
import { changeAddress } from "@/components/layout/url-state";
import { Button } from "@/components/ui/button";
import { copyWithToast } from "@/components/ui/copy-text";
import { Switch } from "@/components/ui/switch";
import { encodings } from "@/domain/tokens/encodings";
import type { ListedProfile } from "@/domain/tokens/model-profiles";
import { ChoiceField } from "./choice-field";
import type { useFailedPrompt } from "./use-failed-prompt";
import type { PlaygroundView } from "./use-playground";
import type { PlaygroundSearch } from "./use-profile-choice";

interface PlaygroundHeadProps {
  view: PlaygroundView;
  search: PlaygroundSearch;
  failed: ReturnType<typeof useFailedPrompt>;
  call: () => string;
  onValidate: () => void;
  isValidating: boolean;
}

const OWN = "";

/** What the prompt is counted for, and what can be done with it. */
export function PlaygroundHead(props: PlaygroundHeadProps) {
  return (
    <div className="flex flex-none flex-wrap items-center gap-x-3 gap-y-2">
      <Choices {...props} />
      <div className="ml-auto flex flex-wrap items-center gap-2 max-md:ml-0">
        <FailedPromptButton {...props.failed} />
        <Button
          icon={<Copy />}
          disabled={props.view.isEmpty}
          aria-label="Copy as API call"
          className={smallOnPhone}
          onClick={() => void copyWithToast(props.call(), "API call copied")}
        >
          <span className="max-md:sr-only">Copy as API call</span>
        </Button>
        <ValidateButton {...props} />
      </div>
    </div>
  );
}

const smallOnPhone = "max-md:h-11 max-md:w-11 max-md:px-0";

function Choices({ view, search }: Pick<PlaygroundHeadProps, "view" | "search">) {
  const { profile, profiles } = view;
  const isOff = profile?.truncationEnabled === false;
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-2">
      <ChoiceField
        label="Profile"
        value={profile?.name ?? ""}
        options={(profiles.data?.profiles ?? []).map(({ name }) => ({ value: name, label: name }))}
        onChange={(name) => {
          changeAddress({ profile: name }, "replace");
        }}
      />
      <ChoiceField
        label="Encoding"
        value={search.encoding ?? OWN}
        options={[
          { value: OWN, label: ownLabel(profile) },
          ...encodings.map((name) => ({ value: name, label: name })),
        ]}
        onChange={(name) => {
          changeAddress({ encoding: name === OWN ? null : name }, "replace");
        }}
      />
      <Switch
        label="Truncate by priority"
        checked={view.isTruncating}
        disabled={isOff}
        onChange={(isOn) => {
          changeAddress({ truncate: isOn ? null : "off" }, "replace");
        }}
      />
      {isOff && <span className="type-12 text-fg-3">off for this profile</span>}
    </div>
  );
}

function FailedPromptButton({ load, isLoading, reason }: PlaygroundHeadProps["failed"]) {
  const name = "Load last failed prompt";
  return (
    // A disabled button shows no title of its own.
    <span title={reason ?? undefined}>
      <Button
        icon={<Undo2 />}
        disabled={reason !== null || isLoading}
        aria-label={reason === null ? name : `${name}. ${reason}`}
        className={smallOnPhone}
        onClick={() => void load()}
      >
        <span className="max-md:sr-only">{name}</span>
      </Button>
    </span>
  );
}

function ValidateButton({
  view,
  onValidate,
  isValidating,
}: Pick<PlaygroundHeadProps, "view" | "onValidate" | "isValidating">) {
  const canValidate = view.profile !== null && !view.isEmpty && !view.isTooLong && !isValidating;
  useShortcut({ keys: "Mod+Enter", label: "Validate the prompt", group: "On this page" }, () => {
    if (canValidate) onValidate();
  });
  return (
    <Button
      variant="primary"
      shortcut={usePrintedKeys("Mod+Enter")}
      disabled={!canValidate}
      className="max-md:h-11"
      onClick={onValidate}
    >
      Validate
    </Button>
  );
}

function ownLabel(profile: ListedProfile | null): string {
  if (profile === null) return "of the profile";
  switch (profile.counting.kind) {
    case "encoding":
      return `${profile.counting.encoding}, of the profile`;
    case "tokenizer":
      return "the model’s tokenizer";
    case "server":
      return "the model server";
  }
}
