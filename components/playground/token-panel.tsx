"use client";
import { TextCursorInput } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { Skeleton } from "@/components/ui/skeleton";
import { EmptyState, LoadingState } from "@/components/ui/states";
import { formatDecimals, formatFull } from "@/domain/units/format-number";
import { MAX_DRAFT_CHARACTERS } from "./draft";
import { TokenView } from "./token-view";
import type { PlaygroundView } from "./use-playground";

type Shown = "text" | "tokens";

interface TokenPanelProps {
  view: PlaygroundView;
  onExample: () => void;
}

/** The text of the chosen section, to edit or as the tokens it falls into. */
export function TokenPanel({ view, onExample }: TokenPanelProps) {
  const { selected, isEmpty } = view;
  const [shown, setShown] = useState<Shown>("tokens");
  const isText = shown === "text" || selected?.text === "" || view.isTooLong;
  return (
    <Panel
      title={
        <span className="type-code font-semibold">{selected?.name ?? "No section is chosen"}</span>
      }
      subtitle={subtitleOf(view)}
      divided
      className="min-h-60 flex-1 max-md:min-h-96 max-md:flex-none"
      actions={
        <SegmentedControl
          label="Show the section as"
          size="sm"
          value={isText ? "text" : "tokens"}
          onChange={setShown}
          options={[
            { value: "text", label: "Text" },
            { value: "tokens", label: "Tokens" },
          ]}
        />
      }
    >
      {isEmpty && <TryIt onExample={onExample} />}
      {selected !== null &&
        (isText ? (
          <TextEditor
            key={selected.key}
            view={view}
            onEdit={() => {
              setShown("text"); // the first letter must not take the field away
            }}
          />
        ) : (
          <Tokens view={view} />
        ))}
    </Panel>
  );
}

function subtitleOf({ selected, isTooLong, worker }: PlaygroundView): ReactNode {
  if (selected === null || selected.text === "") return undefined;
  const { split } = worker;
  if (split?.text !== selected.text || isTooLong)
    return `${formatFull(selected.text.length)} characters`;
  const drawn = split.ids.length;
  const rest = drawn < split.totalTokens ? `, first ${formatFull(drawn)} shown` : "";
  return `${formatFull(split.totalTokens)} tokens${rest}`;
}

function TryIt({ onExample }: { onExample: () => void }) {
  return (
    <EmptyState
      icon={<TextCursorInput />}
      title="Nothing to count yet"
      className="flex-none border-b border-line-1"
      actions={
        <Button size="sm" onClick={onExample}>
          Try the example
        </Button>
      }
    >
      Paste a prompt below: it is counted in this browser and goes nowhere. “Split text” makes
      sections of one with headings. The example has the sections of a camera service.
    </EmptyState>
  );
}

/** Browsers insert a pasted text line by line, and are busy for minutes with a megabyte; set at once it takes a moment. */
const LONG_PASTE_CHARACTERS = 20_000;

function TextEditor({ view, onEdit }: { view: PlaygroundView; onEdit: () => void }) {
  const { selected, change, isTooLong } = view;
  if (selected === null) return null;
  const edit = (text: string) => {
    onEdit();
    change({ kind: "edit", key: selected.key, fields: { text } });
  };
  return (
    <>
      {isTooLong && (
        <p
          role="alert"
          className="flex-none border-b border-crit-line bg-crit-soft px-3 py-2 type-12"
        >
          The prompt is longer than {formatFull(MAX_DRAFT_CHARACTERS)} characters, so it is not
          counted here. Send longer texts to{" "}
          <code className="type-code">POST /api/tokens/count-upload</code>.
        </p>
      )}
      <textarea
        aria-label={`Text of ${selected.name}`}
        value={selected.text}
        spellCheck={false}
        placeholder="Type or paste a prompt"
        onChange={({ target }) => {
          edit(target.value);
        }}
        onPaste={(event) => {
          const pasted = event.clipboardData.getData("text/plain");
          if (pasted.length < LONG_PASTE_CHARACTERS) return;
          event.preventDefault();
          const { value, selectionStart, selectionEnd } = event.currentTarget;
          edit(value.slice(0, selectionStart) + pasted + value.slice(selectionEnd));
        }}
        className="min-h-40 flex-1 resize-none rounded-b-8 bg-transparent px-3 py-2.5 type-code leading-5 text-fg-1 -outline-offset-2! placeholder:text-fg-3"
      />
    </>
  );
}

function Tokens({ view }: { view: PlaygroundView }) {
  const { state, split } = view.worker;
  if (split !== null) return <TokenView split={split} name={view.selected?.name ?? ""} />;
  if (state.kind === "failed")
    return (
      <p className="p-3 type-12 text-fg-2">
        Tokens are coloured by a worker of this browser, and it does not run. The text can be edited
        under Text; the server counts it.
      </p>
    );
  return (
    <LoadingState label="the tokens" waitingFor={waitingFor(state)}>
      {["w-2/3", "w-full", "w-5/6", "w-3/4", "w-full", "w-1/2"].map((width, index) => (
        <Skeleton key={index} className={width} />
      ))}
    </LoadingState>
  );
}

function waitingFor(state: PlaygroundView["worker"]["state"]): string {
  if (state.kind !== "loading" || state.loadedBytes === 0) return "The vocabulary is being loaded";
  const loaded = formatMebibytes(state.loadedBytes);
  return state.totalBytes === null
    ? `The vocabulary is being loaded: ${loaded}`
    : `The vocabulary is being loaded: ${loaded} of ${formatMebibytes(state.totalBytes)}`;
}

const BYTES_A_MIB = 1024 * 1024;
const formatMebibytes = (bytes: number) => `${formatDecimals(bytes / BYTES_A_MIB, 1)} MiB`;
