"use client";
import { ArrowDown, ArrowUp, Lock, LockOpen, Plus, X } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { IconButton } from "@/components/ui/icon-button";
import { TextField } from "@/components/ui/text-field";
import type { SectionPriority } from "@/domain/tokens/prompt-section";

interface SectionListProps {
  sections: readonly SectionPriority[];
  /** Null: it is only shown. */
  onChange: ((sections: SectionPriority[]) => void) | null;
}

/** Sections in the order in which they are removed. Alt with an arrow key moves the one that has the focus; buttons do the same. */
export function SectionList({ sections, onChange }: SectionListProps) {
  const list = useRef<HTMLOListElement>(null);
  const [said, setSaid] = useState("");

  const move = (from: number, step: number) => {
    const to = from + step;
    const moved = sections[from];
    if (onChange === null || moved === undefined || to < 0 || to >= sections.length) return;
    const rest = sections.filter((_, place) => place !== from);
    onChange([...rest.slice(0, to), moved, ...rest.slice(to)]);
    setSaid(`${moved.name} is ${to + 1} of ${sections.length}`);
    // The row moves with its keys: what had the focus keeps it after the next paint.
    requestAnimationFrame(() => {
      list.current?.querySelectorAll<HTMLLIElement>("li")[to]?.focus();
    });
  };
  const change = (place: number, next: SectionPriority | null) => {
    onChange?.(
      sections.flatMap((one, at) => (at === place ? (next === null ? [] : [next]) : [one])),
    );
  };
  const onKeyDown = (event: KeyboardEvent<HTMLLIElement>, place: number) => {
    if (event.target !== event.currentTarget) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    if (event.altKey) move(place, step);
    else list.current?.querySelectorAll<HTMLLIElement>("li")[place + step]?.focus();
  };
  return (
    <div className="flex flex-col gap-2">
      <ol
        ref={list}
        aria-label="Sections, removed first to last"
        className={cn(
          "rounded-6 border border-line-2",
          // Where nothing in it takes the focus it does not scroll either.
          onChange !== null && "max-h-64 overflow-y-auto",
        )}
      >
        {sections.map((section, place) => (
          <li
            key={section.name}
            tabIndex={0}
            aria-label={`${place + 1}: ${section.name}${section.required ? ", required" : ""}`}
            onKeyDown={(event) => {
              onKeyDown(event, place);
            }}
            className="flex h-7 items-center gap-2 border-b border-line-1 pr-1 pl-2 type-12 -outline-offset-2 last:border-0 max-md:h-11"
          >
            <span className="w-5 flex-none text-right text-fg-3">{place + 1}</span>
            <span className={cn("min-w-0 flex-1 truncate", section.required && "font-medium")}>
              {section.name}
            </span>
            {section.required && (
              <span className="flex flex-none items-center gap-1 type-11 text-fg-2">
                {onChange === null && <Lock className="size-3" />}
                never removed
              </span>
            )}
            {onChange !== null && (
              <RowButtons
                section={section}
                isFirst={place === 0}
                isLast={place === sections.length - 1}
                onMove={(step) => {
                  move(place, step);
                }}
                onChange={(next) => {
                  change(place, next);
                }}
              />
            )}
          </li>
        ))}
        {sections.length === 0 && (
          <li className="px-2 py-1.5 type-12 text-fg-3">
            None: sections go in the order of their own priorities.
          </li>
        )}
      </ol>
      <span role="status" className="sr-only">
        {said}
      </span>
      {onChange !== null && (
        <AddSection
          names={sections.map(({ name }) => name)}
          onAdd={(name) => {
            onChange([...sections, { name, required: false }]);
          }}
        />
      )}
    </div>
  );
}

function RowButtons(props: {
  section: SectionPriority;
  isFirst: boolean;
  isLast: boolean;
  onMove: (step: number) => void;
  onChange: (next: SectionPriority | null) => void;
}) {
  const { section, isFirst, isLast, onMove, onChange } = props;
  const { name, required } = section;
  return (
    <span className="flex flex-none">
      <IconButton
        label={required ? `Allow to remove ${name}` : `Never remove ${name}`}
        aria-pressed={required}
        icon={required ? <Lock /> : <LockOpen />}
        onClick={() => {
          onChange({ name, required: !required });
        }}
      />
      <IconButton
        label={`Remove ${name} earlier`}
        icon={<ArrowUp />}
        disabled={isFirst}
        onClick={() => {
          onMove(-1);
        }}
      />
      <IconButton
        label={`Remove ${name} later`}
        icon={<ArrowDown />}
        disabled={isLast}
        onClick={() => {
          onMove(1);
        }}
      />
      <IconButton
        label={`Take ${name} off the list`}
        icon={<X />}
        onClick={() => {
          onChange(null);
        }}
      />
    </span>
  );
}

function AddSection({ names, onAdd }: { names: readonly string[]; onAdd: (name: string) => void }) {
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const add = () => {
    const wanted = name.trim();
    const isKnown = names.some((one) => one.toLowerCase() === wanted.toLowerCase());
    if (wanted === "") setProblem("Name the section");
    else if (isKnown) setProblem("It is in the list already");
    else {
      setProblem(null);
      setName("");
      onAdd(wanted);
    }
  };
  return (
    <div className="flex items-end gap-2">
      <div className="min-w-0 flex-1">
        <TextField
          label="Another section"
          value={name}
          maxLength={120}
          problem={problem}
          onText={setName}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault(); // or the whole form would be saved
            add();
          }}
        />
      </div>
      <Button icon={<Plus />} className={problem === null ? "h-8.5" : "mb-5 h-8.5"} onClick={add}>
        Add section
      </Button>
    </div>
  );
}
