"use client";
import { type ComponentProps, type ReactNode, useEffect, useState } from "react";
import { cn } from "./class-names";

interface ReasonProps extends ComponentProps<"span"> {
  /** Why the value is missing: "not supported by this board". */
  reason: string;
  /** What stands for it: "–", "n/a". */
  children: ReactNode;
}

interface Place {
  x: number;
  y: number;
}

const EDGE_PX = 130;

/**
 * What stands for a missing value, with its reason: shown on hover and on keyboard focus (Esc hides it), and read by
 * screen readers. It lies above a link that covers a card.
 */
export function Reason({ reason, children, className, ...rest }: ReasonProps) {
  const [place, setPlace] = useState<Place | null>(null);
  const hide = () => {
    setPlace(null);
  };
  useEffect(() => {
    if (place === null) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Escape") setPlace(null);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => {
      document.removeEventListener("keydown", onKeyDown);
    };
  }, [place]);
  return (
    <span
      {...rest}
      tabIndex={0}
      className={cn("relative z-1 cursor-help", className)}
      onPointerEnter={(event) => {
        setPlace(placeOf(event.currentTarget));
      }}
      onPointerLeave={hide}
      onFocus={(event) => {
        if (event.target.matches(":focus-visible")) setPlace(placeOf(event.currentTarget));
      }}
      onBlur={hide}
    >
      {children}
      <span className="sr-only"> {reason}</span>
      {place !== null && (
        <span
          aria-hidden="true"
          data-reason=""
          // Fixed: tables and cards cut off what sticks out of them.
          style={{ left: place.x, top: place.y }}
          className="pointer-events-none fixed z-50 -translate-x-1/2 -translate-y-full rounded-4 border border-line-2 bg-surface-3 px-2 py-1 type-12 font-normal whitespace-nowrap text-fg-1 shadow-popover"
        >
          {reason}
        </span>
      )}
    </span>
  );
}

/** Above the middle of the element, and never so near an edge that half of the words are outside. */
function placeOf(element: HTMLElement): Place {
  const box = element.getBoundingClientRect();
  const middle = box.left + box.width / 2;
  const x = Math.min(window.innerWidth - EDGE_PX, Math.max(EDGE_PX, middle));
  return { x, y: box.top - 4 };
}
