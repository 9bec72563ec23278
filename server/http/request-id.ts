import { randomUUID } from "node:crypto";

/** The caller's id when it is harmless to repeat in headers, logs and answers, else a new one. */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === "string" && /^[\w-]{1,64}$/.test(header) ? header : randomUUID();
}
