"use client";
import { type ReactNode, useEffect, useState } from "react";
import { cn } from "./class-names";

interface TooltipProps {
  /** Repeats the name of what is wrapped: it is hidden from screen readers, which have that name. */
  text: string;
  className?: string | undefined;
  children: ReactNode;
}

/** Shows `text` to the right on hover and keyboard focus; Esc hides it. */
export function Tooltip({ text, className, children }: TooltipProps) {
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => {
    if (!isOpen) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Escape") setIsOpen(false);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => {
      document.removeEventListener("keydown", onKeyDown);
    };
  }, [isOpen]);
  return (
    <span
      className="relative block"
      onPointerEnter={(event) => {
        setIsOpen(event.pointerType === "mouse");
      }}
      onPointerLeave={() => {
        setIsOpen(false);
      }}
      onFocus={(event) => {
        setIsOpen(event.target.matches(":focus-visible"));
      }}
      onBlur={() => {
        setIsOpen(false);
      }}
    >
      {children}
      {isOpen && (
        <span
          aria-hidden="true"
          className={cn(
            "absolute top-1/2 left-full z-20 -translate-y-1/2 rounded-4 border border-line-2 bg-surface-3 px-2 py-1 type-12 whitespace-nowrap shadow-popover",
            // The way from the icon to the tooltip must not close it.
            "ml-2 before:absolute before:inset-y-0 before:-left-2 before:w-2",
            className,
          )}
        >
          {text}
        </span>
      )}
    </span>
  );
}
