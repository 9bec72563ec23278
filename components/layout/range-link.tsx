"use client";
import { useRouter, useSearchParams } from "next/navigation";
import { type ComponentProps, type MouseEvent, Suspense } from "react";
import { withRange } from "./time-range";

type RangeLinkProps = Omit<ComponentProps<"a">, "href"> & { href: string };

/**
 * A link to a page of ours that keeps the time range. In built HTML, before the address is known, it is plain.
 * Next's own link would load every page that comes into view, and is 5 KB of each first page.
 */
export function RangeLink(props: RangeLinkProps) {
  return (
    <Suspense fallback={<a {...props} />}>
      <LinkWithRange {...props} />
    </Suspense>
  );
}

function LinkWithRange({ href, onClick, ...rest }: RangeLinkProps) {
  const router = useRouter();
  const target = withRange(href, useSearchParams());
  const prefetch = () => {
    router.prefetch(target);
  };
  return (
    <a
      href={target}
      onPointerEnter={prefetch}
      onFocus={prefetch}
      onClick={(event) => {
        onClick?.(event);
        if (event.defaultPrevented || !isPlain(event)) return;
        event.preventDefault();
        router.push(target);
      }}
      {...rest}
    />
  );
}

/** False for what opens a tab, a window or a download. */
function isPlain(event: MouseEvent<HTMLAnchorElement>): boolean {
  const { metaKey, ctrlKey, shiftKey, altKey, button, currentTarget } = event;
  const hasModifier = metaKey || ctrlKey || shiftKey || altKey;
  return button === 0 && !hasModifier && !["_blank", "_top"].includes(currentTarget.target);
}
