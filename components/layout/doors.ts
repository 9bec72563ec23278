import { returnPathOf } from "@/domain/identity/return-path";

const doors = ["/sign-in", "/setup"];

/** Pages without the frame, for somebody who is not known yet. */
export function isDoor(pathname: string): boolean {
  return doors.includes(pathname);
}

/** Where to go after signing in: a page of ours that is no door itself, or `/`. */
export function backPathOf(text: string | null): string {
  const back = returnPathOf(text);
  return isDoor(back.split(/[?#]/, 1)[0] ?? "") ? "/" : back;
}

/** Of the sign-in page: it says why one is here, which the server tells only once. */
export const ENDED_PARAM = "ended";

/** The sign-in page, with the way back to what is shown now. In the browser only. */
export function signInHref({ hasEnded = false } = {}): string {
  const { pathname, search, hash } = window.location;
  const back = backPathOf(`${pathname}${search}${hash}`);
  const query = new URLSearchParams({
    ...(back !== "/" && { return_to: back }),
    ...(hasEnded && { [ENDED_PARAM]: "1" }),
  }).toString();
  return query === "" ? "/sign-in" : `/sign-in?${query}`;
}
