"use client";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Panel } from "@/components/ui/panel";

interface MadeOnceProps {
  /** "deploy-bot was made". */
  title: string;
  /** What is shown this once: "API key". */
  kind: string;
  secret: string;
  onDone: () => void;
  /** What to do with it. */
  children: ReactNode;
}

/** A secret that no later answer holds. It takes the focus, so that nobody misses it below a long page. */
export function MadeOnce({ title, kind, secret, onDone, children }: MadeOnceProps) {
  return (
    <div
      ref={focusOnce}
      tabIndex={-1}
      role="group"
      aria-label={title}
      className="flex-none outline-none!"
    >
      <Panel
        title={title}
        actions={
          <Button size="sm" variant="quiet" onClick={onDone}>
            Done
          </Button>
        }
      >
        <div className="flex flex-col gap-2.5 px-3 pt-0.5 pb-3 type-12 text-fg-2">
          <div className="flex min-h-8.5 items-center gap-2 rounded-6 border border-ok-line bg-ok-soft pr-1 pl-2.5">
            <code
              tabIndex={0} // scrolls, and must do so by keyboard too
              aria-label={kind}
              className="min-w-0 overflow-x-auto type-code text-[11px] whitespace-nowrap text-fg-1"
            >
              {secret}
            </code>
            <span className="ml-auto flex-none">
              <CopyButton label={`Copy ${kind}`} text={secret} />
            </span>
          </div>
          {children}
        </div>
      </Panel>
    </div>
  );
}

// A constant, so that React calls it once for each element and not with each render.
function focusOnce(element: HTMLElement | null) {
  element?.scrollIntoView({ block: "nearest" });
  element?.focus({ preventScroll: true });
}
