"use client";
import { useRef, useState } from "react";
import { useLiveStore } from "@/components/layout/live-connection";
import { CallFailure } from "@/components/trpc/call-failure";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { TextField } from "@/components/ui/text-field";
import type { CreatedApiKey, KeyKind } from "@/domain/identity/api-key";
import { type KeyLifetime, lifetimeDays } from "./key-lifetime";
import { KindChoice } from "./kind-choice";
import { useKeyChanges } from "./use-key-changes";

const lifetimes = [
  { value: "7", label: "7 d" },
  { value: "90", label: "90 d" },
  { value: "365", label: "1 y" },
  { value: "date", label: "Date…" },
  { value: "never", label: "Never" },
] as const;
type LifetimeName = (typeof lifetimes)[number]["value"];

const untouched = {
  name: "",
  kind: "read" as KeyKind,
  lifetime: "90" as LifetimeName,
  date: "",
};
type FormValues = typeof untouched;

/** Makes a key. What is wrong is said at its field, and nothing is sent. */
export function NewKeyForm({ onMade }: { onMade: (made: CreatedApiKey) => void }) {
  const [values, setValues] = useState(untouched);
  const [problems, setProblems] = useState<FormProblems>({ name: null, date: null });
  const nameField = useRef<HTMLInputElement>(null);
  const dateField = useRef<HTMLInputElement>(null);
  const store = useLiveStore();
  const { create } = useKeyChanges();
  const change = (next: Partial<FormValues>) => {
    setValues({ ...values, ...next });
  };
  const save = () => {
    const days = lifetimeDays(lifetimeOf(values), store.serverNowMs());
    const found = {
      name: values.name.trim() === "" ? "Give it a name" : null,
      date: typeof days === "string" ? days : null,
    };
    setProblems(found);
    if (found.name !== null) nameField.current?.focus();
    else if (found.date !== null) dateField.current?.focus();
    if (found.name !== null || typeof days === "string") return;
    const { name, kind } = values;
    create.mutate(
      { name, kind, expiresInDays: days },
      {
        onSuccess: (made) => {
          setValues({ ...untouched, kind });
          onMade(made);
        },
      },
    );
  };
  return (
    <Panel title="New key" className="flex-none">
      <form
        noValidate
        className="flex flex-col gap-2.25 px-3 pt-0.5 pb-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (!create.isPending) save();
        }}
      >
        <TextField
          ref={nameField}
          label="Name"
          placeholder="what uses it: ci-bench"
          value={values.name}
          maxLength={80}
          problem={problems.name}
          onText={(name) => {
            change({ name });
          }}
        />
        <div className="flex flex-col gap-1 type-12 text-fg-2">
          <span aria-hidden="true">Kind</span>
          <KindChoice
            value={values.kind}
            onChange={(kind) => {
              change({ kind });
            }}
          />
        </div>
        <div className="flex flex-col items-start gap-1 type-12 text-fg-2">
          <span aria-hidden="true">Ends</span>
          <SegmentedControl
            label="Ends"
            value={values.lifetime}
            options={lifetimes}
            onChange={(lifetime) => {
              change({ lifetime });
            }}
          />
        </div>
        {values.lifetime === "date" && (
          <TextField
            ref={dateField}
            label="Last day"
            type="date"
            value={values.date}
            problem={problems.date}
            onText={(date) => {
              change({ date });
            }}
          />
        )}
        {create.isError && <CallFailure error={create.error} />}
        <Button type="submit" variant="primary" disabled={create.isPending}>
          Make key
        </Button>
      </form>
    </Panel>
  );
}

interface FormProblems {
  name: string | null;
  date: string | null;
}

function lifetimeOf({ lifetime, date }: FormValues): KeyLifetime {
  if (lifetime === "date") return { kind: "date", date };
  return lifetime === "never" ? { kind: "never" } : { kind: "days", days: Number(lifetime) };
}
