import type { ReactNode } from "react";
import { BrandMark } from "@/components/ui/icons";

interface DoorProps {
  title: string;
  children?: ReactNode;
  /** Below the panel. */
  foot?: ReactNode;
}

/** The whole of a page without the frame: for somebody who is not known yet, so it tells nothing of the system. */
export function Door({ title, children, foot }: DoorProps) {
  return (
    <div className="grid h-dvh items-center justify-items-center overflow-y-auto px-6 py-6 max-md:px-3">
      <main className="flex w-79 max-w-full flex-col gap-3">
        <p className="mb-2 flex items-center justify-center gap-2 type-16 font-semibold tracking-[-0.01em] [&>svg]:size-6.5">
          <BrandMark />
          Sightline
        </p>
        <section
          aria-labelledby="door"
          className="flex flex-col gap-3 rounded-8 border border-line-1 bg-surface-1 p-4"
        >
          <h1 id="door" className="type-16 font-semibold">
            {title}
          </h1>
          {children}
        </section>
        {foot !== undefined && <p className="text-center type-11 text-fg-3">{foot}</p>}
      </main>
    </div>
  );
}
