"use client";
import { useState } from "react";

/** What is asked before something that takes away or cannot be undone. */
export interface Confirmation {
  /** A question that names the thing: "Revoke deploy-bot?" */
  title: string;
  /** What ends, and from when on. */
  consequence: string;
  /** What the button does, in the words of the title: "Revoke key". */
  verb: string;
  run: () => Promise<unknown>;
}

/** One question at a time. It stays known while its dialog closes, so that the focus goes back to where it was. */
export function useConfirmation() {
  const [asked, setAsked] = useState<Confirmation | null>(null);
  const [isOpen, setIsOpen] = useState(false);
  return {
    asked,
    isOpen,
    ask: (confirmation: Confirmation) => {
      setAsked(confirmation);
      setIsOpen(true);
    },
    close: () => {
      setIsOpen(false);
    },
  };
}
