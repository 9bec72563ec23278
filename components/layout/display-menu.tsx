"use client";
import { Settings2 } from "lucide-react";
import { lazy, Suspense } from "react";
import { cn } from "@/components/ui/class-names";
import { useLazyPanel } from "@/components/ui/use-lazy-panel";

const DisplayPanel = lazy(async () => ({
  default: (await import("./display-panel")).DisplayPanel,
}));

/** Theme and keys, right in the top bar; on narrow screens they are in the menu. */
export function DisplayMenu() {
  const { anchor, isOpen, wasOpened, toggle, close } = useLazyPanel();
  return (
    <>
      <button
        ref={anchor}
        type="button"
        aria-label="Display"
        title="Display: theme, keys"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={toggle}
        className={cn(
          "grid size-(--control) place-content-center rounded-6 text-fg-2 hover:bg-surface-2 hover:text-fg-1 max-md:hidden",
          isOpen && "bg-surface-2 text-fg-1",
        )}
      >
        <Settings2 />
      </button>
      <Suspense fallback={null}>
        {wasOpened && <DisplayPanel anchor={anchor} open={isOpen} onClose={close} />}
      </Suspense>
    </>
  );
}
