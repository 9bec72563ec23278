"use client";
import { Settings2 } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import { cn } from "@/components/ui/class-names";

const DisplayPanel = lazy(async () => ({
  default: (await import("./display-panel")).DisplayPanel,
}));

/** Theme and keys, right in the top bar; on narrow screens they are in the menu. */
export function DisplayMenu() {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const [wasOpened, setWasOpened] = useState(false);
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-label="Display"
        title="Display: theme, keys"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => {
          setWasOpened(true);
          setIsOpen(!isOpen);
        }}
        className={cn(
          "grid size-(--control) place-content-center rounded-6 text-fg-2 hover:bg-surface-2 hover:text-fg-1 max-md:hidden",
          isOpen && "bg-surface-2 text-fg-1",
        )}
      >
        <Settings2 />
      </button>
      <Suspense fallback={null}>
        {wasOpened && (
          <DisplayPanel
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
