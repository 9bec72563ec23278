"use client";
import { type RefObject, useDeferredValue, useMemo, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { formatFull } from "@/domain/units/format-number";
import { type DraftSection, MAX_DRAFT_CHARACTERS } from "./draft";
import { sectionsOfText } from "./sections-of-text";

interface SplitDialogProps {
  isOpen: boolean;
  onClose: () => void;
  initialText: string;
  onSplit: (sections: Omit<DraftSection, "key">[]) => void;
}

/** One prompt, pasted whole, becomes sections by the rules that the server has for text. */
export function SplitDialog({ isOpen, onClose, initialText, onSplit }: SplitDialogProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  return (
    <Dialog
      title="Split text into sections"
      open={isOpen}
      onClose={onClose}
      initialFocus={field}
      className="max-w-160"
    >
      <SplitForm field={field} initialText={initialText} onSplit={onSplit} onClose={onClose} />
    </Dialog>
  );
}

interface SplitFormProps extends Omit<SplitDialogProps, "isOpen"> {
  field: RefObject<HTMLTextAreaElement | null>;
}

function SplitForm({ field, initialText, onSplit, onClose }: SplitFormProps) {
  const [text, setText] = useState(initialText);
  const read = useDeferredValue(text);
  const isTooLong = read.length > MAX_DRAFT_CHARACTERS;
  const sections = useMemo(() => (isTooLong ? [] : sectionsOfText(read)), [read, isTooLong]);
  return (
    <form
      className="flex min-h-0 flex-col gap-2.5 px-3.5 pt-2 pb-3.5"
      onSubmit={(event) => {
        event.preventDefault();
        onSplit(sections);
      }}
    >
      <p className="type-12 text-fg-2">
        A section begins with a line <code className="type-code">## Heading</code>, or stands
        between <code className="type-code">&lt;!-- section: NAME --&gt;</code> and{" "}
        <code className="type-code">&lt;!-- /section --&gt;</code>. Text outside of them is kept.
      </p>
      <textarea
        ref={field}
        aria-label="Prompt"
        value={text}
        spellCheck={false}
        onChange={({ target }) => {
          setText(target.value);
        }}
        className="h-72 resize-none rounded-6 border border-line-control bg-surface-1 p-2 type-code text-fg-1 focus-visible:border-accent"
      />
      <p role="status" className="type-12 text-fg-2">
        {isTooLong
          ? `${formatFull(read.length)} characters: ${formatFull(MAX_DRAFT_CHARACTERS)} at most`
          : foundText(sections.map(({ name }) => name))}
      </p>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" disabled={sections.length === 0}>
          Split
        </Button>
      </div>
    </form>
  );
}

const NAMED = 6;

function foundText(names: readonly string[]): string {
  if (names.length === 0) return "Nothing to split yet";
  const count = names.length === 1 ? "1 section" : `${names.length} sections`;
  const more = names.length > NAMED ? `, … ${names.length - NAMED} more` : "";
  return `${count}: ${names.slice(0, NAMED).join(", ")}${more}`;
}
