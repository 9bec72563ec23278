"use client";
import { Download } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { buttonClass } from "@/components/ui/button";

const CsvPanel = lazy(async () => ({ default: (await import("./csv-panel")).CsvPanel }));

export interface CsvChoice {
  gpuUuids: readonly string[];
  span: { fromMs: number; toMs: number };
  /** Saves what is drawn; null while nothing is. */
  onVisible: (() => void) | null;
  visible: string;
}

/** What is drawn as a file, or every sample of the range. */
export function CsvMenu(props: CsvChoice) {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const [wasOpened, setWasOpened] = useState(false);
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => {
          setWasOpened(true);
          setIsOpen(!isOpen);
        }}
        className={buttonClass({})}
      >
        <Download />
        CSV
      </button>
      <Suspense fallback={null}>
        {wasOpened && (
          <CsvPanel
            {...props}
            anchor={button}
            open={isOpen}
            onClose={() => {
              setIsOpen(false);
            }}
          />
        )}
      </Suspense>
    </>
  );
}
