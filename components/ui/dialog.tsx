"use client";
import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import { cn } from "./class-names";
import { buttonClass } from "./button";

interface DialogProps {
  title: string;
  /** The title is the accessible name only; Close stays for touch screen readers. */
  hideTitle?: boolean;
  open: boolean;
  onClose: () => void;
  /** What gets the focus; else the first thing that can. */
  initialFocus?: RefObject<HTMLElement | null>;
  /** `top`: a palette · `left`: a sheet of full height · `right`: a drawer with the details of a row. */
  place?: "center" | "top" | "left" | "right";
  className?: string | undefined;
  children: ReactNode;
}

const places = {
  center: "top-1/2 left-1/2 -translate-x-1/2 -translate-y-1/2 rounded-8 max-h-[calc(100dvh-48px)]",
  top: "top-[max(12px,12dvh)] left-1/2 -translate-x-1/2 rounded-8 max-h-[76dvh]",
  left: "inset-y-0 left-0 rounded-r-8",
  right: "inset-y-0 right-0 rounded-l-8",
};

/** Modal: takes the focus, keeps it, closes with Esc, gives the focus back. Load it lazily. */
export function Dialog({
  title,
  hideTitle = false,
  open,
  onClose,
  initialFocus,
  place = "center",
  className,
  children,
}: DialogProps) {
  return (
    <Base.Root
      open={open}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-30 bg-scrim transition-opacity duration-(--motion-popover) data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          {...(initialFocus && { initialFocus })}
          className={cn(
            "fixed z-40 flex w-[calc(100vw-24px)] flex-col overflow-hidden border border-line-2 bg-surface-1 shadow-dialog outline-none!",
            "transition-opacity duration-(--motion-popover) data-ending-style:opacity-0 data-starting-style:opacity-0",
            places[place],
            className,
          )}
        >
          <div
            className={hideTitle ? "sr-only" : "flex flex-none items-center gap-2 pt-3 pr-2 pl-3.5"}
          >
            <Base.Title className="type-14 font-semibold">{title}</Base.Title>
            <Base.Close
              aria-label="Close"
              className={cn(
                buttonClass({ variant: "quiet", size: "sm" }),
                "ml-auto w-6 px-0 max-md:w-7",
              )}
            >
              <X />
            </Base.Close>
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
