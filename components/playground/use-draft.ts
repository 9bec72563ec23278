"use client";
import { useEffect, useEffectEvent, useReducer } from "react";
import { changeDraft, createDraft, draftLength, MAX_DRAFT_CHARACTERS } from "./draft";
import { readStoredSections, storeSections } from "./stored-draft";

const STORED_AFTER_MS = 500;
// Required: a prompt in one piece is cut at its end, never removed as a whole.
const nothing = [{ name: "prompt", text: "", priority: null, isRequired: true }];

/** The prompt that is edited; this tab keeps it over a reload and while other pages are shown. */
export function useDraft() {
  const [draft, change] = useReducer(changeDraft, null, () =>
    createDraft(readStoredSections() ?? nothing),
  );
  const { sections, selectedKey } = draft;
  const store = useEffectEvent(() => {
    storeSections(sections);
  });
  useEffect(() => {
    const timer = setTimeout(() => {
      store();
    }, STORED_AFTER_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [sections]);
  // What was changed a moment before the page is left.
  useEffect(() => {
    const onLeave = () => {
      store();
    };
    window.addEventListener("pagehide", onLeave);
    return () => {
      window.removeEventListener("pagehide", onLeave);
      onLeave();
    };
  }, []);
  return {
    draft,
    change,
    selected: sections.find(({ key }) => key === selectedKey) ?? null,
    isEmpty: sections.every(({ text }) => text === ""),
    isTooLong: draftLength(draft) > MAX_DRAFT_CHARACTERS,
  };
}
