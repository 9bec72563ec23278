"use client";
import { useRef, useState } from "react";
import { CallFailure } from "@/components/trpc/call-failure";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { TextField } from "@/components/ui/text-field";
import { showToast } from "@/components/ui/toast";
import type { ModelServer } from "@/domain/tokens/model-server";
import { useModelServerChanges } from "./use-model-servers";

interface ModelServerDialogProps {
  /** Null: a new one. */
  server: ModelServer | null;
  onClose: () => void;
}

const kinds = [
  { value: "llama.cpp", label: "llama.cpp" },
  { value: "vllm", label: "vLLM" },
] as const;

/** Adds or changes a model server. Another address loses the secret, and it is said before and after. */
export function ModelServerDialog({ server, onClose }: ModelServerDialogProps) {
  return (
    <Dialog
      title={server === null ? "Add a model server" : `Edit ${server.name}`}
      open
      onClose={onClose}
      className="max-w-120"
    >
      <ServerForm
        server={server}
        onSaved={({ name, secretDropped }) => {
          showToast(
            secretDropped
              ? {
                  tone: "crit",
                  text: `${name} has another address, so its secret is dropped. Give it again where the server needs one.`,
                }
              : { tone: "ok", text: `${name} is saved` },
          );
          onClose();
        }}
      />
    </Dialog>
  );
}

interface ServerFormProps {
  server: ModelServer | null;
  onSaved: (saved: { name: string; secretDropped: boolean }) => void;
}

interface FormValues {
  name: string;
  kind: ModelServer["kind"];
  url: string;
  model: string;
  secret: string;
}

function valuesOf(server: ModelServer | null): FormValues {
  return {
    name: server?.name ?? "",
    kind: server?.kind ?? "llama.cpp",
    url: server?.url ?? "",
    model: server?.model ?? "",
    secret: "",
  };
}

function ServerForm({ server, onSaved }: ServerFormProps) {
  const [values, setValues] = useState(() => valuesOf(server));
  const [problems, setProblems] = useState<FormProblems>({ name: null, url: null });
  const { create, update } = useModelServerChanges();
  const saving = server === null ? create : update;
  const nameField = useRef<HTMLInputElement>(null);
  const urlField = useRef<HTMLInputElement>(null);
  const field = (name: "name" | "url" | "model" | "secret") => ({
    value: values[name],
    onText: (text: string) => {
      setValues({ ...values, [name]: text });
    },
  });
  const save = () => {
    const found = problemsOf(values);
    setProblems(found);
    if (found.name !== null) nameField.current?.focus();
    else if (found.url !== null) urlField.current?.focus();
    if (found.name !== null || found.url !== null) return;
    const { name, kind, url, model, secret } = values;
    const onSuccess = (saved: { server: ModelServer; secretDropped: boolean }) => {
      onSaved({ name: saved.server.name, secretDropped: saved.secretDropped });
    };
    const fields = { name, kind, url, model: model.trim() === "" ? null : model };
    if (server === null)
      create.mutate({ ...fields, secret: secret === "" ? null : secret }, { onSuccess });
    else
      update.mutate({ id: server.id, ...fields, ...(secret !== "" && { secret }) }, { onSuccess });
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
        maxLength={80}
        problem={problems.name}
        {...field("name")}
      />
      <div className="flex">
        <SegmentedControl
          label="Kind of server"
          value={values.kind}
          options={kinds}
          onChange={(kind) => {
            setValues({ ...values, kind });
          }}
        />
      </div>
      <TextField
        ref={urlField}
        label="Address"
        type="url"
        maxLength={2_000}
        placeholder="http://inference.local:8080"
        problem={problems.url}
        {...field("url")}
      />
      <TextField
        label="Model, as the server names it"
        maxLength={200}
        placeholder="the only one that it has"
        {...field("model")}
      />
      <TextField
        label="Secret, sent as a bearer token"
        type="password"
        autoComplete="new-password"
        maxLength={4_000}
        placeholder={server?.hasSecret === true ? "kept as it is" : "none"}
        {...field("secret")}
      />
      <SecretNotice server={server} values={values} />
      {saving.isError && <CallFailure error={saving.error} />}
      <Button type="submit" variant="primary" className="self-end" disabled={saving.isPending}>
        {server === null ? "Add server" : "Save server"}
      </Button>
    </form>
  );
}

type FormProblems = Record<"name" | "url", string | null>;

function problemsOf({ name, url }: FormValues): FormProblems {
  return {
    name: name.trim() === "" ? "Give it a name" : null,
    url: /^https?:\/\/\S+$/i.test(url.trim()) ? null : "An address begins with http:// or https://",
  };
}

function SecretNotice({ server, values }: { server: ModelServer | null; values: FormValues }) {
  const isMoved = server !== null && values.url.trim() !== server.url;
  if (!isMoved || !server.hasSecret || values.secret !== "") return null;
  return (
    <p role="status" className="type-12 text-pretty text-fg-2">
      Another address loses the secret: it is never sent to a place that it was not given for. Give
      it again if the new one needs it.
    </p>
  );
}
