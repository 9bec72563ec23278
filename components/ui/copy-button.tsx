"use client";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { copyText } from "./copy-text";
import { IconButton } from "./icon-button";

const CONFIRMED_FOR_MS = 2_000;

/** Copies `text`; says so for 2 s. Where the browser forbids it, it says that instead. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [outcome, setOutcome] = useState<"copied" | "refused" | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => {
      setOutcome(null);
    }, CONFIRMED_FOR_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [outcome]);
  const said = { copied: "Copied", refused: "The browser did not allow copying" };
  return (
    <>
      <IconButton
        label={outcome === null ? label : said[outcome]}
        icon={outcome === "copied" ? <Check /> : <Copy />}
        onClick={() => {
          void copyText(text).then((done) => {
            setOutcome(done ? "copied" : "refused");
          });
        }}
      />
      <span role="status" className="sr-only">
        {outcome !== null && said[outcome]}
      </span>
    </>
  );
}
