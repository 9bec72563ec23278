"use client";
import { Lock, Plus } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Panel } from "@/components/ui/panel";
import { showToast } from "@/components/ui/toast";
import { useLazyPanel } from "@/components/ui/use-lazy-panel";
import { SectionForm } from "./section-form";
import { type RowKey, SectionRow } from "./section-row";
import type { PlaygroundView } from "./use-playground";

const SplitDialog = lazy(async () => ({ default: (await import("./split-dialog")).SplitDialog }));

/** The sections in the order of the prompt; the one that is chosen is edited below and beside it. */
export function SectionsPanel({ view }: { view: PlaygroundView }) {
  const { draft, change, counted, ranks, removedKeys } = view;
  const { sections, selectedKey } = draft;
  const { anchor, isOpen, wasOpened, toggle, close } = useLazyPanel();
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const tokensOf = new Map(counted?.keys.map((key, index) => [key, counted.sectionTokens[index]]));
  const mostTokens = Math.max(1, ...(counted?.sectionTokens ?? []));
  const selectedAt = sections.findIndex(({ key }) => key === selectedKey);
  const selected = sections[selectedAt];

  function focusRow(at: number) {
    list.current?.querySelectorAll<HTMLElement>("[data-row]")[at]?.focus();
  }

  function select(at: number) {
    const section = sections[at];
    if (section === undefined) return;
    change({ kind: "select", key: section.key });
    focusRow(at);
  }

  function remove(key: string) {
    const before = draft;
    const name = sections.find((section) => section.key === key)?.name ?? "";
    change({ kind: "remove", key });
    showToast({
      tone: "ok",
      text: `Removed ${name}`,
      action: {
        label: "Undo",
        run: () => {
          change({ kind: "restore", draft: before });
        },
      },
    });
  }

  function onRowKey(key: string, at: number, pressed: RowKey): boolean {
    const by = pressed.isUp ? -1 : 1;
    if (pressed.kind === "remove") remove(key);
    else if (pressed.kind === "move") change({ kind: "move", key, to: at + by });
    else select(at + by);
    return true;
  }

  return (
    <Panel
      title={sections.length === 1 ? "1 section" : `${sections.length} sections`}
      divided
      className="max-md:flex-none"
      actions={
        <>
          <IconButton
            label="Add a section"
            icon={<Plus />}
            variant="outline"
            onClick={() => {
              change({ kind: "add" });
            }}
          />
          <Button ref={anchor} size="sm" onClick={toggle}>
            Split text
          </Button>
        </>
      }
    >
      <div
        aria-hidden="true"
        className="grid h-6 flex-none grid-cols-[24px_minmax(0,1fr)_56px] items-center gap-2 border-b border-line-1 pr-3 pl-2.5 type-11 text-fg-3"
      >
        <span>Prio</span>
        <span>Name</span>
        <span className="text-right">Tokens</span>
      </div>
      <ol
        ref={list}
        aria-label="Sections of the prompt"
        className="min-h-24 flex-1 [scrollbar-width:thin] overflow-y-auto pb-1 max-md:max-h-none"
      >
        {sections.map((section, at) => (
          <SectionRow
            key={section.key}
            section={section}
            rank={ranks[at] ?? { priority: 0, isRequired: false }}
            tokens={tokensOf.get(section.key) ?? null}
            share={(tokensOf.get(section.key) ?? 0) / mostTokens}
            isRemoved={removedKeys.has(section.key)}
            isSelected={section.key === selectedKey}
            isTabStop={at === Math.max(0, selectedAt)}
            isDragged={section.key === dragged}
            onSelect={() => {
              change({ kind: "select", key: section.key });
            }}
            onKey={(pressed) => onRowKey(section.key, at, pressed)}
            onDrag={setDragged}
            onDrop={() => {
              if (dragged !== null) change({ kind: "move", key: dragged, to: at });
            }}
          />
        ))}
      </ol>
      {selected !== undefined && (
        <SectionForm
          key={selected.key}
          section={selected}
          rank={ranks[selectedAt] ?? { priority: 0, isRequired: false }}
          isFirst={selectedAt === 0}
          isLast={selectedAt === sections.length - 1}
          onEdit={(fields) => {
            change({ kind: "edit", key: selected.key, fields });
          }}
          onMove={(by) => {
            change({ kind: "move", key: selected.key, to: selectedAt + by });
          }}
          onRemove={() => {
            remove(selected.key);
          }}
        />
      )}
      <p className="flex h-7.5 flex-none items-center gap-1.5 border-t border-line-1 px-3 type-11 text-fg-3 [&_svg]:size-3">
        <Lock aria-hidden="true" /> Required sections are never removed
      </p>
      {wasOpened && (
        <Suspense fallback={null}>
          <SplitDialog
            isOpen={isOpen}
            onClose={close}
            initialText={sections.map(({ text }) => text).join("")}
            onSplit={(found) => {
              change({ kind: "replace", sections: found });
              close();
            }}
          />
        </Suspense>
      )}
    </Panel>
  );
}
