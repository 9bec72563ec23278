"use client";

/**
 * Changes parameters of the address in place; null removes one. Pages hold no server code, so nothing is fetched:
 * `useSearchParams()` sees the change at once.
 */
export function changeAddress(
  changes: Readonly<Record<string, string | null>>,
  history: "push" | "replace" = "push",
): void {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  if (url.href === window.location.href) return;
  if (history === "push") window.history.pushState(null, "", url);
  else window.history.replaceState(null, "", url);
}
