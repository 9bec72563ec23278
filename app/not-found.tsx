import type { Metadata } from "next";
import { RangeLink } from "@/components/layout/range-link";

export const metadata: Metadata = { title: "Not found" };

// Plain markup: what stands here is loaded with every page.
export default function NotFound() {
  return (
    <section
      aria-label="Not found"
      className="flex max-w-120 flex-col gap-1.5 rounded-8 border border-line-1 bg-surface-1 p-3.5"
    >
      <h2 className="type-13 font-semibold">There is no page at this address</h2>
      <p className="type-12 text-fg-2">
        The address may be mistyped, or the page came with another version of Sightline.
      </p>
      <RangeLink
        href="/"
        className="mt-1.5 flex h-control items-center self-start rounded-6 border border-line-2 px-2.5 font-medium hover:bg-surface-2"
      >
        Open the overview
      </RangeLink>
    </section>
  );
}
