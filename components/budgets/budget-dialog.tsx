"use client";
import { useRef, useState } from "react";
import { CallFailure } from "@/components/trpc/call-failure";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { SelectField } from "@/components/ui/select-field";
import { TextField } from "@/components/ui/text-field";
import { showToast } from "@/components/ui/toast";
import type { TokenBudget } from "@/domain/tokens/token-budget";
import {
  type BudgetDraft,
  type BudgetProblems,
  draftOfBudget,
  fieldsOfDraft,
  newBudgetDraft,
} from "./budget-draft";
import { countsTexts, scopeText } from "./budget-words";
import { useBudgetChanges, useIngestKeys } from "./use-budgets";

interface BudgetDialogProps {
  /** Null: a new one. */
  budget: TokenBudget | null;
  onClose: () => void;
}

const countsOptions = Object.entries(countsTexts).map(([value, label]) => ({
  value: value as TokenBudget["counts"],
  label,
}));

/** Adds or changes a budget. Whose tokens it counts is chosen once: another scope is another budget. */
export function BudgetDialog({ budget, onClose }: BudgetDialogProps) {
  const title = budget === null ? "Add a budget" : `Edit ${budget.name}`;
  return (
    <Dialog title={title} open onClose={onClose} className="max-w-110">
      <BudgetForm budget={budget} onClose={onClose} />
    </Dialog>
  );
}

function BudgetForm({ budget, onClose }: BudgetDialogProps) {
  const [draft, setDraft] = useState(() => (budget ? draftOfBudget(budget) : newBudgetDraft));
  const [problems, setProblems] = useState<BudgetProblems>({});
  const nameField = useRef<HTMLInputElement>(null);
  const tokensField = useRef<HTMLInputElement>(null);
  const { create, update } = useBudgetChanges();
  const saving = budget === null ? create : update;
  const change = (next: Partial<BudgetDraft>) => {
    setDraft({ ...draft, ...next });
  };
  const save = () => {
    const fields = fieldsOfDraft(draft);
    if ("problems" in fields) {
      setProblems(fields.problems);
      (fields.problems.name === undefined ? tokensField : nameField).current?.focus();
      return;
    }
    setProblems({});
    const onSuccess = () => {
      showToast({ tone: "ok", text: `${fields.name} is saved` });
      onClose();
    };
    const { name, dailyTokens, counts } = fields;
    if (budget === null) create.mutate(fields, { onSuccess });
    else update.mutate({ id: budget.id, name, dailyTokens, counts }, { onSuccess });
  };
  return (
    <form
      noValidate
      className="flex min-h-0 flex-col gap-2.5 overflow-y-auto px-3.5 pt-2 pb-3.5"
      onSubmit={(event) => {
        event.preventDefault();
        if (!saving.isPending) save();
      }}
    >
      <TextField
        ref={nameField}
        label="Name"
        value={draft.name}
        maxLength={80}
        problem={problems.name ?? null}
        onText={(name) => {
          change({ name });
        }}
      />
      <TextField
        ref={tokensField}
        label="Tokens a day"
        placeholder="320 M"
        value={draft.dailyTokens}
        maxLength={40}
        problem={problems.dailyTokens ?? null}
        onText={(dailyTokens) => {
          change({ dailyTokens });
        }}
      />
      <SelectField
        label="Counts the tokens of"
        value={draft.counts}
        options={countsOptions}
        onValue={(counts) => {
          change({ counts });
        }}
      />
      {budget === null ? (
        <ScopeFields draft={draft} onChange={change} />
      ) : (
        <p className="type-12 text-fg-2">
          It counts {scopeText(budget)}. Another scope is another budget.
        </p>
      )}
      {saving.isError && <CallFailure error={saving.error} />}
      <div className="flex justify-end gap-2 pt-1">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" disabled={saving.isPending}>
          Save budget
        </Button>
      </div>
    </form>
  );
}

interface ScopeFieldsProps {
  draft: BudgetDraft;
  onChange: (next: Partial<BudgetDraft>) => void;
}

function ScopeFields({ draft, onChange }: ScopeFieldsProps) {
  const { keys, error } = useIngestKeys();
  return (
    <>
      <TextField
        label="Service (empty: all)"
        placeholder="as it calls itself in its reports"
        value={draft.service}
        maxLength={128}
        onText={(service) => {
          onChange({ service });
        }}
      />
      <SelectField
        label="Key"
        value={draft.keyId}
        options={[
          { value: "", label: "All keys" },
          ...(keys ?? []).map(({ id, name, hint }) => ({ value: id, label: `${name} (${hint})` })),
        ]}
        problem={error === null ? null : "The keys were not read; all keys can be chosen."}
        onValue={(keyId) => {
          onChange({ keyId });
        }}
      />
    </>
  );
}
