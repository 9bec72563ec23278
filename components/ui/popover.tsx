"use client";
import { Popover as Base } from "@base-ui/react/popover";
import type { ReactNode, RefObject } from "react";
import { cn } from "./class-names";

interface PopoverProps {
  label: string;
  /** The button that opens it; it gets the focus back. */
  anchor: RefObject<HTMLElement | null>;
  open: boolean;
  onClose: () => void;
  className?: string | undefined;
  children: ReactNode;
}

/** A small dialog below its button. Load it lazily. */
export function Popover({ label, anchor, open, onClose, className, children }: PopoverProps) {
  return (
    <Base.Root
      open={open}
      onOpenChange={(isOpen, { event }) => {
        // A press on the button closes by the button's own click; both would open it again.
        const isOnAnchor = event.target instanceof Node && anchor.current?.contains(event.target);
        if (!isOpen && isOnAnchor !== true) onClose();
      }}
    >
      <Base.Portal>
        <Base.Positioner
          anchor={anchor}
          align="end"
          sideOffset={6}
          collisionPadding={12}
          className="z-30"
        >
          <Base.Popup
            aria-label={label}
            finalFocus={anchor}
            className={cn(
              "max-h-(--available-height) max-w-(--available-width) overflow-y-auto rounded-8 border border-line-2 bg-surface-1 shadow-popover outline-none!",
              "transition-opacity duration-(--motion-popover) data-ending-style:opacity-0 data-starting-style:opacity-0",
              className,
            )}
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
