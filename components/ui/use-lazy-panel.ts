"use client";
import { useRef, useState } from "react";

/** A button and the panel that it opens, which is loaded at the first press and stays from then on. */
export function useLazyPanel() {
  const anchor = useRef<HTMLButtonElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const [wasOpened, setWasOpened] = useState(false);
  return {
    anchor,
    isOpen,
    wasOpened,
    toggle: () => {
      setWasOpened(true);
      setIsOpen(!isOpen);
    },
    close: () => {
      setIsOpen(false);
    },
  };
}
