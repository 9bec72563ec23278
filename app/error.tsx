"use client";

/** A page that failed to draw. The frame stands: other pages work. Without parts of ours: they may be what failed. */
export default function PageError({ reset }: { reset: () => void }) {
  return (
    <div
      role="alert"
      className="flex max-w-120 flex-col gap-1.5 rounded-8 border border-line-1 bg-surface-1 p-3.5"
    >
      <h2 className="type-13 font-semibold text-crit">This page could not be drawn</h2>
      <p className="type-12 text-fg-2">
        A part of it met a value that it did not expect. Other pages work, and what is recorded is
        not affected.
      </p>
      <button
        type="button"
        onClick={reset}
        className="mt-1.5 h-control self-start rounded-6 border border-line-2 px-2.5 font-medium hover:bg-surface-2"
      >
        Draw it again
      </button>
    </div>
  );
}
