"use client";
import { cn } from "@/components/ui/class-names";
import { Kbd } from "@/components/ui/kbd";
import { useLive, useLiveStatus } from "./live-connection";
import { useShortcut } from "./shortcuts";

/** Live or paused, on Space. Needs <Suspense> above it. */
export function LiveButton() {
  const { paused, setPaused } = useLive();
  const isLost = useLiveStatus(({ state }) => state === "lost" || state === "refused");
  const toggle = () => {
    setPaused(!paused);
  };
  useShortcut({ keys: "Space", label: "Live or pause", group: "Everywhere" }, toggle);
  const isMoving = !paused && !isLost;
  return (
    <button
      type="button"
      aria-pressed={!paused}
      onClick={toggle}
      title={paused ? "Go live: the range ends now and moves on" : "Pause: keep what is shown"}
      className={cn(
        "flex h-control items-center gap-1.75 rounded-6 border pr-1.5 pl-2.25 font-medium max-md:w-9 max-md:justify-center max-md:px-0",
        "border-line-2 bg-surface-1 hover:bg-surface-2",
        isMoving && "border-ok-line bg-ok-soft text-ok hover:border-ok hover:bg-ok-soft",
        !paused && isLost && "border-warn-line bg-warn-soft text-warn hover:bg-warn-soft",
      )}
    >
      <Dot paused={paused} isMoving={isMoving} />
      <span className="max-md:sr-only">Live</span>
      {paused && <span className="font-normal text-fg-3 max-md:sr-only">paused</span>}
      {!paused && isLost && <span className="font-normal max-md:sr-only">cut</span>}
      <Kbd
        className={cn(
          "max-md:hidden",
          isMoving && "border-ok-line bg-transparent text-ok",
          !paused && isLost && "border-warn-line bg-transparent text-warn",
        )}
      >
        Space
      </Kbd>
    </button>
  );
}

// A shape for each state: dot, two bars, ring.
function Dot({ paused, isMoving }: { paused: boolean; isMoving: boolean }) {
  if (paused) return <span aria-hidden="true" className="h-2 w-1.75 border-x-2 border-fg-2" />;
  return (
    <span
      aria-hidden="true"
      className={cn(
        "size-1.75 rounded-full",
        isMoving ? "live-pulse bg-ok-fill" : "border-2 border-warn",
      )}
    />
  );
}
