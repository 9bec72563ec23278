"use client";
import { Search, X } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { Kbd } from "@/components/ui/kbd";
import { useShortcut } from "./shortcuts";

const MAX_LENGTH = 100;

interface FilterFieldProps {
  /** The accessible name: "Filter by host, model, source or state". */
  label: string;
  /** What is looked in: "Host, model, source, state". */
  placeholder: string;
  /** For the list of keys: "Filter the GPUs". */
  keyLabel: string;
  text: string;
  onText: (text: string) => void;
}

/** Narrows the list of a page by what is typed; `/` goes there, Esc empties it and then leaves. */
export function FilterField({ label, placeholder, keyLabel, text, onText }: FilterFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  // The address follows a moment later: while somebody types, the field shows what was typed.
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? text;
  const change = (next: string) => {
    setTyped(next);
    onText(next);
  };
  useShortcut({ keys: "/", label: keyLabel, group: "On this page" }, () => {
    field.current?.focus();
  });
  return (
    <label className="flex h-control w-60 items-center gap-1.5 rounded-6 border border-line-control bg-surface-1 pl-2 text-fg-3 has-focus-visible:border-accent max-md:w-full">
      <Search className="size-3.5" />
      <span className="sr-only">{label}</span>
      <input
        ref={field}
        value={shown}
        maxLength={MAX_LENGTH}
        placeholder={placeholder}
        onChange={(event) => {
          change(event.target.value);
        }}
        onBlur={() => {
          setTyped(null);
        }}
        onKeyDown={(event: KeyboardEvent<HTMLInputElement>) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          if (shown === "") event.currentTarget.blur();
          else change("");
        }}
        className="min-w-0 flex-1 bg-transparent type-12 text-fg-1 outline-none! placeholder:text-fg-3"
      />
      {shown === "" ? (
        <Kbd className="mr-1.5 max-md:hidden">/</Kbd>
      ) : (
        <IconButton
          label="Drop the filter"
          icon={<X />}
          onClick={() => {
            change("");
          }}
        />
      )}
    </label>
  );
}
