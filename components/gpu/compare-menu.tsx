"use client";
import { ArrowLeftRight } from "lucide-react";
import { lazy, Suspense } from "react";
import { useShortcut } from "@/components/layout/shortcuts";
import { buttonClass } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { useLazyPanel } from "@/components/ui/use-lazy-panel";
import type { FleetRow } from "@/domain/fleet/fleet-rows";

const ComparePanel = lazy(async () => ({
  default: (await import("./compare-panel")).ComparePanel,
}));

export interface CompareChoice {
  /** All that can be compared with, without the GPU itself. */
  rows: readonly FleetRow[];
  compared: readonly string[];
  most: number;
  layout: "overlaid" | "apart";
  onCompare: (compared: readonly string[]) => void;
  onLayout: (layout: "overlaid" | "apart") => void;
}

/** Chooses GPUs to stand beside this one (`c`). */
export function CompareMenu(props: CompareChoice) {
  const { anchor, isOpen, wasOpened, toggle, close } = useLazyPanel();
  useShortcut({ keys: "c", label: "Compare GPUs", group: "On this page" }, toggle);
  const count = props.compared.length;
  return (
    <>
      <button
        ref={anchor}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={toggle}
        className={buttonClass({ variant: count > 0 ? "accent" : "outline" })}
      >
        <ArrowLeftRight />
        {count === 0 ? "Compare" : `Compared with ${count}`}
        <Kbd className="max-md:hidden">c</Kbd>
      </button>
      <Suspense fallback={null}>
        {wasOpened && <ComparePanel {...props} anchor={anchor} open={isOpen} onClose={close} />}
      </Suspense>
    </>
  );
}
