import { showToast } from "./toast";

/** Puts text on the clipboard; false where the browser forbids it (no secure context, or no permission). */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Copies for a key, which has no button to answer on: a toast says `done`, or that it was refused. */
export async function copyWithToast(text: string, done: string): Promise<void> {
  if (await copyText(text)) showToast({ tone: "ok", text: done });
  else showToast({ tone: "crit", text: "The browser did not allow copying" });
}
