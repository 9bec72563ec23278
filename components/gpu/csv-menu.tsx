"use client";
import { Download } from "lucide-react";
import { lazy, Suspense } from "react";
import { buttonClass } from "@/components/ui/button";
import { useLazyPanel } from "@/components/ui/use-lazy-panel";

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
  const { anchor, isOpen, wasOpened, toggle, close } = useLazyPanel();
  return (
    <>
      <button
        ref={anchor}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={toggle}
        className={buttonClass({})}
      >
        <Download />
        CSV
      </button>
      <Suspense fallback={null}>
        {wasOpened && <CsvPanel {...props} anchor={anchor} open={isOpen} onClose={close} />}
      </Suspense>
    </>
  );
}
