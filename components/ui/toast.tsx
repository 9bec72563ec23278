"use client";
import { CircleCheck, OctagonAlert, X } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";
import { Button } from "./button";
import { cn } from "./class-names";
import { IconButton } from "./icon-button";

interface Toast {
  /** What was done or what failed; one short sentence. */
  text: string;
  tone: "ok" | "crit";
  /** Undo, or Retry. */
  action?: { label: string; run: () => void };
}

interface ShownToast extends Toast {
  id: number;
}

const SHOWN_FOR_MS = 5_000;
const MOST_SHOWN = 3;

let toasts: readonly ShownToast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();
const none: readonly ShownToast[] = [];

function change(next: readonly ShownToast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}

function dismiss(id: number) {
  change(toasts.filter((toast) => toast.id !== id));
}

/** Says at the bottom right what was done, for 5 s. What failed stays until it is dismissed. */
export function showToast(toast: Toast): void {
  lastId += 1;
  change([...toasts, { ...toast, id: lastId }].slice(-MOST_SHOWN));
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Once in the frame. The region is there from the start, so that readers announce what comes into it. */
export function ToastHost() {
  const shown = useSyncExternalStore(
    subscribe,
    () => toasts,
    () => none,
  );
  return (
    <div
      role="status"
      className="pointer-events-none fixed right-4 bottom-4 z-50 flex w-80 max-w-[calc(100vw-24px)] flex-col gap-2 max-md:right-3 max-md:bottom-[calc(var(--bottombar)+12px)]"
    >
      {shown.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastCard({ toast }: { toast: ShownToast }) {
  const isFailure = toast.tone === "crit";
  useEffect(() => {
    if (isFailure) return;
    const timer = setTimeout(() => {
      dismiss(toast.id);
    }, SHOWN_FOR_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [isFailure, toast.id]);
  const { action } = toast;
  return (
    <div className="pointer-events-auto flex items-center gap-2 rounded-8 border border-line-2 bg-surface-1 py-2 pr-2 pl-3 type-12 shadow-popover">
      {isFailure ? <OctagonAlert className="text-crit" /> : <CircleCheck className="text-ok" />}
      <span className={cn("min-w-0 flex-1", isFailure && "font-semibold")}>{toast.text}</span>
      {action && (
        <Button
          size="sm"
          variant="quiet"
          onClick={() => {
            dismiss(toast.id);
            action.run();
          }}
        >
          {action.label}
        </Button>
      )}
      {isFailure && (
        <IconButton
          label="Dismiss"
          icon={<X />}
          onClick={() => {
            dismiss(toast.id);
          }}
        />
      )}
    </div>
  );
}
