"use client";
import { useEffect, useId, useRef, useState } from "react";
import { CallFailure } from "@/components/trpc/call-failure";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { TextField } from "@/components/ui/text-field";
import { showToast } from "@/components/ui/toast";
import { uploadTokenizer } from "./upload-tokenizer";
import { useTokenizerChanges } from "./use-tokenizers";

const MAX_BYTES = 64 * 1_024 * 1_024;
const ways = [
  { value: "upload", label: "Upload a file" },
  { value: "path", label: "Path on the portal’s machine" },
] as const;
type Way = (typeof ways)[number]["value"];

/** Adds a tokenizer.json: an upload, with its progress and Cancel, or a path that the portal reads itself. */
export function TokenizerDialog({ onClose }: { onClose: () => void }) {
  const [way, setWay] = useState<Way>("upload");
  const onAdded = (name: string) => {
    showToast({ tone: "ok", text: `${name} is added` });
    onClose();
  };
  return (
    <Dialog title="Add a tokenizer" open onClose={onClose} className="max-w-120">
      <div className="flex min-h-0 flex-col gap-3 overflow-y-auto p-3.5">
        <div className="flex">
          <SegmentedControl label="Where it is" value={way} options={ways} onChange={setWay} />
        </div>
        {way === "upload" ? <UploadForm onAdded={onAdded} /> : <PathForm onAdded={onAdded} />}
      </div>
    </Dialog>
  );
}

interface FormProps {
  onAdded: (name: string) => void;
}

/** Null while nothing is sent. At 1 all of it is there, and the server parses it. */
interface Upload {
  share: number;
  cancel: () => void;
}

function UploadForm({ onAdded }: FormProps) {
  const [name, setName] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const [problem, setProblem] = useState<{ field: "name" | "file"; text: string } | null>(null);
  const [upload, setUpload] = useState<Upload | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const running = useRef<AbortController | null>(null);
  const nameField = useRef<HTMLInputElement>(null);
  const fileField = useRef<HTMLInputElement>(null);
  const { onSettled } = useTokenizerChanges();
  // Whoever closes the dialog does not want it any more.
  useEffect(() => () => running.current?.abort(), []);

  const send = async (chosen: File) => {
    const controller = new AbortController();
    running.current = controller;
    const cancel = () => {
      controller.abort();
    };
    const onProgress = (share: number) => {
      setUpload({ share, cancel });
    };
    onProgress(0);
    setFailure(null);
    try {
      await uploadTokenizer({
        name: name.trim(),
        file: chosen,
        onProgress,
        signal: controller.signal,
      });
      await onSettled();
      onAdded(name.trim());
    } catch (error) {
      if (!controller.signal.aborted) setFailure(error);
      setUpload(null);
    }
  };
  const start = () => {
    const found = uploadProblem(name, file);
    setProblem(found);
    if (found?.field === "name") nameField.current?.focus();
    else if (found?.field === "file") fileField.current?.focus();
    else if (file !== null) void send(file);
  };
  return (
    <form
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (upload === null) start();
      }}
    >
      <FileField
        ref={fileField}
        problem={problem?.field === "file" ? problem.text : null}
        onFile={(chosen) => {
          setFile(chosen);
          // Most are called tokenizer.json, which names nothing.
          if (name === "" && chosen && chosen.name !== "tokenizer.json")
            setName(chosen.name.replace(/\.json$/, ""));
        }}
      />
      <TextField
        ref={nameField}
        label="Name"
        value={name}
        maxLength={80}
        placeholder="as the model is called"
        problem={problem?.field === "name" ? problem.text : null}
        onText={setName}
      />
      {failure !== null && <CallFailure error={failure} />}
      {upload === null ? (
        <Button type="submit" variant="primary" className="self-end">
          Upload tokenizer
        </Button>
      ) : (
        <UploadProgress upload={upload} />
      )}
    </form>
  );
}

function uploadProblem(name: string, file: File | null) {
  if (file === null) return { field: "file", text: "Choose a tokenizer.json" } as const;
  if (file.size > MAX_BYTES) return { field: "file", text: "64 MiB at most" } as const;
  return name.trim() === "" ? ({ field: "name", text: "Give it a name" } as const) : null;
}

function FileField(props: {
  ref: React.Ref<HTMLInputElement>;
  problem: string | null;
  onFile: (file: File | null) => void;
}) {
  const id = useId();
  const problemId = useId();
  const { ref, problem, onFile } = props;
  return (
    <div className="flex flex-col gap-1 type-12 text-fg-2">
      <label htmlFor={id}>tokenizer.json of the model, 64 MiB at most</label>
      <input
        ref={ref}
        id={id}
        type="file"
        accept=".json,application/json"
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : problemId}
        onChange={(event) => {
          onFile(event.target.files?.[0] ?? null);
        }}
        className="min-w-0 rounded-6 border border-line-control bg-surface-1 p-1 type-12 text-fg-1 file:mr-2 file:h-6.5 file:rounded-4 file:border-0 file:bg-surface-3 file:px-2 file:type-12 file:font-medium file:text-fg-1 max-md:min-h-11"
      />
      {problem !== null && (
        <span id={problemId} className="type-11 text-crit">
          {problem}
        </span>
      )}
    </div>
  );
}

function UploadProgress({ upload: { share, cancel } }: { upload: Upload }) {
  const percent = Math.floor(share * 100);
  const text = percent < 100 ? `${percent} % sent` : "Sent; the portal reads it";
  return (
    <div className="flex items-center gap-3">
      <div
        role="progressbar"
        aria-label="Upload"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={text}
        className="h-1.5 min-w-0 flex-1 overflow-hidden rounded-2 bg-surface-3"
      >
        <i style={{ width: `${percent}%` }} className="block h-full bg-accent" />
      </div>
      <span className="w-36 flex-none type-12 text-fg-2">{text}</span>
      <Button size="sm" onClick={cancel}>
        Cancel
      </Button>
    </div>
  );
}

function PathForm({ onAdded }: FormProps) {
  const [name, setName] = useState("");
  const [path, setPath] = useState("");
  const [problems, setProblems] = useState<Record<"name" | "path", string | null>>({
    name: null,
    path: null,
  });
  const nameField = useRef<HTMLInputElement>(null);
  const pathField = useRef<HTMLInputElement>(null);
  const { addFile } = useTokenizerChanges();
  const save = () => {
    const found = {
      path: path.trim().endsWith(".json") ? null : "The whole path of a file that ends with .json",
      name: name.trim() === "" ? "Give it a name" : null,
    };
    setProblems(found);
    if (found.path !== null) pathField.current?.focus();
    else if (found.name !== null) nameField.current?.focus();
    else
      addFile.mutate(
        { name: name.trim(), path: path.trim() },
        {
          onSuccess: () => {
            onAdded(name.trim());
          },
        },
      );
  };
  return (
    <form
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!addFile.isPending) save();
      }}
    >
      <TextField
        ref={pathField}
        label="Path"
        value={path}
        maxLength={4_000}
        placeholder="/models/nemotron/tokenizer.json"
        problem={problems.path}
        onText={setPath}
      />
      <TextField
        ref={nameField}
        label="Name"
        value={name}
        maxLength={80}
        placeholder="as the model is called"
        problem={problems.name}
        onText={setName}
      />
      {addFile.isError && <CallFailure error={addFile.error} />}
      <Button type="submit" variant="primary" className="self-end" disabled={addFile.isPending}>
        Add tokenizer
      </Button>
    </form>
  );
}
