"use client";
import { type ReactNode, useRef, useState } from "react";
import { CallFailure } from "@/components/trpc/call-failure";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog } from "@/components/ui/dialog";
import { Switch } from "@/components/ui/switch";
import { TextField } from "@/components/ui/text-field";
import type { PressureWebhook } from "@/domain/pressure/pressure-webhook";
import { addressProblem } from "./address-problem";
import { useWebhookChanges } from "./use-webhooks";

interface WebhookDialogProps {
  /** Null: a new one. */
  webhook: PressureWebhook | null;
  onClose: () => void;
}

/** Adds or changes a target. A secret that was made is shown here, once. */
export function WebhookDialog({ webhook, onClose }: WebhookDialogProps) {
  const [secret, setSecret] = useState<string | null>(null);
  const title = webhook === null ? "Add a webhook target" : "Edit the webhook target";
  return (
    <Dialog
      title={secret === null ? title : "The secret of the target"}
      open
      onClose={onClose}
      className="max-w-120"
    >
      {secret === null ? (
        <WebhookForm
          webhook={webhook}
          onSaved={(made) => {
            if (made === null) onClose();
            else setSecret(made);
          }}
        />
      ) : (
        <WebhookSecret secret={secret} onClose={onClose} />
      )}
    </Dialog>
  );
}

interface WebhookFormProps {
  webhook: PressureWebhook | null;
  /** With the secret that was made, if one was. */
  onSaved: (secret: string | null) => void;
}

function WebhookForm({ webhook, onSaved }: WebhookFormProps) {
  const [values, setValues] = useState<FormValues>({
    name: webhook?.name ?? "",
    url: webhook?.url ?? "",
    enabled: webhook?.enabled ?? true,
    renewSecret: false,
  });
  const [problems, setProblems] = useState<FormProblems>({ name: null, url: null });
  const { create, update } = useWebhookChanges();
  const nameField = useRef<HTMLInputElement>(null);
  const urlField = useRef<HTMLInputElement>(null);
  const saving = webhook === null ? create : update;
  const change = (next: Partial<FormValues>) => {
    setValues({ ...values, ...next });
  };

  const save = () => {
    const found = problemsOf(values);
    setProblems(found);
    const wrong = [found.name && nameField, found.url && urlField].find((field) => field !== null);
    if (wrong) {
      wrong.current?.focus();
      return;
    }
    const onSuccess = (saved: { secret: string | null }) => {
      onSaved(saved.secret);
    };
    const { name, url } = values;
    if (webhook === null) create.mutate({ name, url }, { onSuccess });
    else update.mutate({ id: webhook.id, ...values }, { onSuccess });
  };
  return (
    <form
      noValidate
      className="flex min-h-0 flex-col gap-3 overflow-y-auto p-3.5"
      onSubmit={(event) => {
        event.preventDefault();
        if (!saving.isPending) save();
      }}
    >
      <TextField
        ref={nameField}
        label="Name"
        value={values.name}
        maxLength={80}
        onText={(name) => {
          change({ name });
        }}
        problem={problems.name}
      />
      <TextField
        ref={urlField}
        label="Address"
        type="url"
        value={values.url}
        maxLength={2048}
        placeholder="http://inference.local:8080/pressure"
        onText={(url) => {
          change({ url });
        }}
        problem={problems.url}
      />
      {webhook === null ? (
        <Explanation>
          Each message is a POST of JSON, signed with a secret that is shown once. Missed ones are
          sent again for 24 h, in order.
        </Explanation>
      ) : (
        <EditOptions webhook={webhook} values={values} onChange={change} />
      )}
      {saving.isError && <CallFailure error={saving.error} />}
      <Button type="submit" variant="primary" className="self-end" disabled={saving.isPending}>
        {webhook === null ? "Add target" : "Save target"}
      </Button>
    </form>
  );
}

interface FormValues {
  name: string;
  url: string;
  enabled: boolean;
  renewSecret: boolean;
}

type FormProblems = Record<"name" | "url", string | null>;

function problemsOf({ name, url }: FormValues): FormProblems {
  return { name: name.trim() === "" ? "Give it a name" : null, url: addressProblem(url) };
}

/** What only a target that is there already has. */
function EditOptions(props: {
  webhook: PressureWebhook;
  values: FormValues;
  onChange: (next: Partial<FormValues>) => void;
}) {
  const { webhook, values, onChange } = props;
  const isMoved = values.url.trim() !== webhook.url;
  return (
    <>
      <Switch
        label="Send to this target"
        checked={values.enabled}
        onChange={(enabled) => {
          onChange({ enabled });
        }}
      />
      <Switch
        label="Make a new secret"
        checked={values.renewSecret || isMoved}
        onChange={(renewSecret) => {
          onChange({ renewSecret });
        }}
      />
      {isMoved && (
        <Explanation>
          Another address makes another secret: the old one ends, and the target must know the new
          one.
        </Explanation>
      )}
    </>
  );
}

function Explanation({ children }: { children: ReactNode }) {
  return <p className="type-12 text-pretty text-fg-2">{children}</p>;
}

function WebhookSecret({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <div className="flex flex-col gap-3 p-3.5">
      <p className="type-12 text-pretty text-fg-2">
        Give this secret to the target now: it is not shown again. With it the target checks that a
        message is from here.
      </p>
      <div className="flex min-h-8 items-center gap-2 rounded-6 border border-line-1 bg-surface-2 pr-0.75 pl-2.5">
        <code
          tabIndex={0} // scrolls on a narrow screen, and must do so by keyboard too
          aria-label="Secret"
          className="min-w-0 overflow-x-auto type-code whitespace-nowrap text-fg-1"
        >
          {secret}
        </code>
        <span className="ml-auto flex-none">
          <CopyButton label="Copy secret" text={secret} />
        </span>
      </div>
      <Button variant="primary" className="self-end" onClick={onClose}>
        Close
      </Button>
    </div>
  );
}
