"use client";
import { type ReactNode, useRef, useState } from "react";
import { CallFailure } from "@/components/trpc/call-failure";
import { Button } from "@/components/ui/button";
import { Switch } from "@/components/ui/switch";
import { TextField } from "@/components/ui/text-field";
import type { ListedProfile } from "@/domain/tokens/model-profiles";
import { formatFull } from "@/domain/units/format-number";
import { ConfigPaste } from "./config-paste";
import { type Counters, CountingFields } from "./counting-fields";
import { MemoryFields } from "./memory-fields";
import { OverrideRows } from "./override-rows";
import { budgetOf, draftOf, fieldsOf, newProfileDraft, type ProfileDraft } from "./profile-draft";
import { type ProfileProblems, problemsOf } from "./profile-problems";
import { SectionList } from "./section-list";
import { TextAreaField } from "./text-area-field";
import { useProfileChanges } from "./use-models";

interface ProfileFormProps {
  /** Null: a new one. */
  profile: ListedProfile | null;
  counters: Counters;
  /** Everything is shown, and nothing can be changed. */
  isReadOnly: boolean;
  onSaved: (profile: ListedProfile) => void;
}

/** All of a profile. What is wrong is said at its field, which gets the focus, and nothing is sent. */
export function ProfileForm({ profile, counters, isReadOnly, onSaved }: ProfileFormProps) {
  const [draft, setDraft] = useState<ProfileDraft>(() =>
    profile === null ? newProfileDraft() : draftOf(profile),
  );
  const [problems, setProblems] = useState<ProfileProblems>({});
  const form = useRef<HTMLFormElement>(null);
  const { create, update } = useProfileChanges();
  const saving = profile === null ? create : update;
  const change = (next: Partial<ProfileDraft>) => {
    setDraft({ ...draft, ...next });
  };
  const save = () => {
    const found = problemsOf(draft);
    setProblems(found);
    const [first] = Object.keys(found);
    if (first !== undefined) {
      form.current?.querySelector<HTMLElement>(`[data-field="${first}"]`)?.focus();
      return;
    }
    const onSuccess = (saved: { profile: ListedProfile }) => {
      onSaved(saved.profile);
    };
    const fields = fieldsOf(draft);
    if (profile === null) create.mutate(fields, { onSuccess });
    else update.mutate({ ...fields, id: profile.id, version: profile.version }, { onSuccess });
  };
  const parts = { draft, problems, onChange: change };
  return (
    <form
      ref={form}
      noValidate
      className="flex min-h-0 flex-col"
      onSubmit={(event) => {
        event.preventDefault();
        if (!saving.isPending && !isReadOnly) save();
      }}
    >
      <div
        tabIndex={isReadOnly ? 0 : undefined} // nothing in it takes the focus, and it must scroll by keyboard
        role={isReadOnly ? "group" : undefined}
        aria-label={isReadOnly ? "Fields of the profile" : undefined}
        className="min-h-0 overflow-y-auto px-3.5 pt-2 -outline-offset-2"
      >
        <fieldset disabled={isReadOnly} className="flex min-w-0 flex-col">
          <NameFields {...parts} />
          <WindowFields {...parts} />
          <Part title="Counted by">
            <CountingFields {...parts} counters={counters} />
          </Part>
          <Part title="Sections" more="removed first to last when a prompt is too long">
            <SectionList
              sections={draft.sections}
              onChange={
                isReadOnly
                  ? null
                  : (sections) => {
                      change({ sections });
                    }
              }
            />
          </Part>
          <Part title="Services" more="what is different for one of them">
            <OverrideRows
              draft={draft}
              problems={problems}
              isReadOnly={isReadOnly}
              onChange={(overrides) => {
                change({ overrides });
              }}
            />
          </Part>
          <Part title="Memory" more="for “What fits”; may stay empty">
            <div className="flex flex-col gap-2">
              <MemoryFields values={draft} problems={problems} onChange={change} />
              {!isReadOnly && (
                <ConfigPaste
                  onRead={({ layers, kvHeads, headSize }) => {
                    change({
                      layers: String(layers),
                      kvHeads: String(kvHeads),
                      headSize: String(headSize),
                    });
                  }}
                />
              )}
            </div>
          </Part>
        </fieldset>
      </div>
      {!isReadOnly && (
        <div className="flex flex-none items-end gap-3 border-t border-line-1 px-3.5 py-2.5">
          <div className="min-w-0 flex-1">
            {saving.isError && <CallFailure error={saving.error} />}
          </div>
          <Button type="submit" variant="primary" disabled={saving.isPending}>
            {profile === null ? "Add profile" : "Save profile"}
          </Button>
        </div>
      )}
    </form>
  );
}

function Part({
  title,
  more,
  children,
}: {
  title: string;
  more?: string | undefined;
  children: ReactNode;
}) {
  return (
    <section className="border-t border-line-1 py-3 first:border-0">
      <h3 className="mb-2 type-13 font-semibold">
        {title}
        {more !== undefined && <span className="ml-2 type-12 font-normal text-fg-3">{more}</span>}
      </h3>
      {children}
    </section>
  );
}

interface PartProps {
  draft: ProfileDraft;
  problems: ProfileProblems;
  onChange: (next: Partial<ProfileDraft>) => void;
}

function NameFields({ draft, problems, onChange }: PartProps) {
  return (
    <section className="grid grid-cols-2 items-start gap-2 pb-3 max-md:grid-cols-1">
      <TextField
        label="Name"
        data-field="name"
        value={draft.name}
        maxLength={128}
        placeholder="as services name the model"
        problem={problems.name ?? null}
        onText={(name) => {
          onChange({ name });
        }}
      />
      <TextAreaField
        label="Other names, one a line"
        data-field="modelNames"
        rows={2}
        value={draft.modelNames}
        placeholder="as services and servers also call it"
        problem={problems.modelNames ?? null}
        onText={(modelNames) => {
          onChange({ modelNames });
        }}
      />
    </section>
  );
}

function WindowFields({ draft, problems, onChange }: PartProps) {
  const field = (
    name: "contextWindow" | "parallelSlots" | "maxOutputTokens" | "warningPercent",
  ) => ({
    "data-field": name,
    value: draft[name],
    problem: problems[name] ?? null,
    onText: (text: string) => {
      onChange({ [name]: text });
    },
  });
  return (
    <Part title="Window" more="tokens">
      <div className="grid grid-cols-4 items-start gap-2 max-md:grid-cols-2">
        <TextField label="Whole context" inputMode="numeric" {...field("contextWindow")} />
        <TextField label="Slots that share it" inputMode="numeric" {...field("parallelSlots")} />
        <TextField label="Kept for the answer" inputMode="numeric" {...field("maxOutputTokens")} />
        <TextField label="Warning from, %" inputMode="decimal" {...field("warningPercent")} />
      </div>
      <p role="status" className="mt-2 type-12 text-pretty text-fg-2">
        <BudgetText draft={draft} />
      </p>
      <Switch
        label="Remove sections from prompts that are too long"
        checked={draft.truncationEnabled}
        onChange={(truncationEnabled) => {
          onChange({ truncationEnabled });
        }}
      />
    </Part>
  );
}

function BudgetText({ draft }: { draft: ProfileDraft }) {
  const budget = budgetOf(draft);
  if (typeof budget === "string") return budget;
  return (
    <>
      A request has {formatFull(budget.slotWindow)} tokens,{" "}
      <b className="font-semibold text-fg-1">{formatFull(budget.availableTokens)} for its prompt</b>
      ; warned from {formatFull(budget.warningTokens)}.
    </>
  );
}
