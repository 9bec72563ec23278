"use client";
import { Plus, Trash2 } from "lucide-react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { SelectField } from "@/components/ui/select-field";
import { TextField } from "@/components/ui/text-field";
import type { OverrideDraft, ProfileDraft } from "./profile-draft";
import type { ProfileProblems } from "./profile-problems";

interface OverrideRowsProps {
  draft: ProfileDraft;
  problems: ProfileProblems;
  isReadOnly: boolean;
  onChange: (overrides: OverrideDraft[]) => void;
}

const truncations = [
  { value: "profile", label: "as profile" },
  { value: "on", label: "on" },
  { value: "off", label: "off" },
] as const;

/** What is different for one service. What is left empty is as in the profile, whose value stands in the field in grey. */
export function OverrideRows({ draft, problems, isReadOnly, onChange }: OverrideRowsProps) {
  const { overrides } = draft;
  const change = (key: number, next: Partial<OverrideDraft>) => {
    onChange(overrides.map((one) => (one.key === key ? { ...one, ...next } : one)));
  };
  return (
    <div className="flex flex-col gap-2">
      {overrides.map((override) => (
        <OverrideRow
          key={override.key}
          override={override}
          draft={draft}
          problems={problems}
          onChange={(next) => {
            change(override.key, next);
          }}
          onRemove={() => {
            onChange(overrides.filter(({ key }) => key !== override.key));
          }}
          isReadOnly={isReadOnly}
        />
      ))}
      {overrides.length === 0 && (
        <p className="type-12 text-fg-3">None: every service has what stands above.</p>
      )}
      {!isReadOnly && (
        <Button
          size="sm"
          icon={<Plus />}
          className="self-start"
          disabled={overrides.length >= 100}
          onClick={() => {
            const key = 1 + Math.max(-1, ...overrides.map((one) => one.key));
            onChange([...overrides, { key, ...untouched }]);
          }}
        >
          Add service
        </Button>
      )}
    </div>
  );
}

const untouched = {
  service: "",
  contextWindow: "",
  maxOutputTokens: "",
  warningPercent: "",
  truncation: "profile",
} as const;

interface OverrideRowProps {
  override: OverrideDraft;
  draft: ProfileDraft;
  problems: ProfileProblems;
  isReadOnly: boolean;
  onChange: (next: Partial<OverrideDraft>) => void;
  onRemove: () => void;
}

function OverrideRow({
  override,
  draft,
  problems,
  isReadOnly,
  onChange,
  onRemove,
}: OverrideRowProps) {
  const field = (name: "service" | "contextWindow" | "maxOutputTokens" | "warningPercent") => ({
    "data-field": `${override.key}.${name}`,
    value: override[name],
    problem: problems[`${override.key}.${name}`] ?? null,
    onText: (text: string) => {
      onChange({ [name]: text });
    },
  });
  const named = override.service.trim() === "" ? "the service" : override.service.trim();
  return (
    <div
      role="group"
      aria-label={`Override for ${named}`}
      className="grid grid-cols-[minmax(0,1.3fr)_minmax(0,1fr)_minmax(0,1fr)_minmax(0,0.8fr)_minmax(0,1fr)_auto] items-start gap-2 max-md:grid-cols-2 max-md:border-b max-md:border-line-1 max-md:pb-3"
    >
      <TextField label="Service" maxLength={128} {...field("service")} />
      <TextField
        label="Window"
        inputMode="numeric"
        placeholder={draft.contextWindow}
        {...field("contextWindow")}
      />
      <TextField
        label="Output"
        inputMode="numeric"
        placeholder={draft.maxOutputTokens}
        {...field("maxOutputTokens")}
      />
      <TextField
        label="Warning, %"
        inputMode="decimal"
        placeholder={draft.warningPercent}
        {...field("warningPercent")}
      />
      <SelectField
        label="Truncation"
        value={override.truncation}
        options={truncations}
        onValue={(truncation) => {
          onChange({ truncation });
        }}
      />
      {!isReadOnly && (
        <IconButton
          label={`Remove the override for ${named}`}
          icon={<Trash2 />}
          className="mt-6"
          onClick={onRemove}
        />
      )}
    </div>
  );
}
