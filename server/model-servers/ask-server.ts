import type { LookupFunction } from "node:net";
import { AppError } from "@/server/errors";
import { requestUpstream } from "@/server/upstream";
import type { AskableServer, ServerObservation } from "./model-server-store";
import { serverProtocols } from "./server-protocols";

/** Longer texts are for a tokenizer.json: this much JSON goes there and back. */
const MAX_TEXT_BYTES = 8_000_000;

const ABOUT_WITHIN_MS = 5_000;
const ABOUT_MAX_BYTES = 1_000_000;
const COUNT_WITHIN_MS = 10_000;
const MILLISECONDS_A_MEGABYTE = 3_000;
/** A token is a byte of the text at least, and six digits, a comma and a space of the answer at most; what is beside is less. */
const ANSWER_BYTES_A_BYTE = 12;
const ANSWER_BYTES_BESIDE = 65_536;

export interface AskOptions {
  signal: AbortSignal;
  /** Resolves names; tests pass their own. */
  lookup?: LookupFunction | undefined;
  /** How long an answer may take, but for the time that a long text adds; tests pass their own. */
  withinMs?: number | undefined;
}

/** Counts one text by the server's own tokenizer. Throws UPSTREAM with a sentence that names the server, TOO_LARGE. */
export async function countByServer(
  server: AskableServer,
  text: string,
  options: AskOptions,
): Promise<number> {
  const protocol = serverProtocols[server.kind];
  const wellFormed = text.toWellFormed();
  const bytes = Buffer.byteLength(wellFormed);
  if (bytes > MAX_TEXT_BYTES)
    throw new AppError(
      "TOO_LARGE",
      `A model server counts texts of ${MAX_TEXT_BYTES / 1e6} MB at most. Let the profile count with a tokenizer.`,
    );
  const answer = await ask(server, protocol.tokenizePath, {
    ...options,
    body: protocol.tokenizeBody(server, wellFormed),
    deadlineMs:
      (options.withinMs ?? COUNT_WITHIN_MS) + MILLISECONDS_A_MEGABYTE * Math.floor(bytes / 1e6),
    maxBytes: ANSWER_BYTES_A_BYTE * bytes + ANSWER_BYTES_BESIDE,
  });
  if (answer.status !== 200) throw refusal(server, statusText(answer.status));
  const count = protocol.countOf(parsed(server, answer.body));
  if (typeof count === "string") throw refusal(server, count);
  if (count > bytes) throw refusal(server, "counts more tokens than the text has bytes");
  return count;
}

/** Asks a server about itself. One that has no such address tells nothing. Throws UPSTREAM, also when it has another model. */
export async function observeServer(
  server: AskableServer,
  options: AskOptions,
): Promise<ServerObservation> {
  const protocol = serverProtocols[server.kind];
  const answer = await ask(server, protocol.aboutPath, {
    ...options,
    body: null,
    deadlineMs: options.withinMs ?? ABOUT_WITHIN_MS,
    maxBytes: ABOUT_MAX_BYTES,
  });
  if ([404, 405, 501].includes(answer.status))
    return { slotWindow: null, parallelSlots: null, model: null };
  if (answer.status !== 200) throw refusal(server, statusText(answer.status));
  const about = protocol.aboutOf(parsed(server, answer.body), server.model);
  if (typeof about === "string") throw refusal(server, about);
  return about;
}

function ask(
  server: AskableServer,
  path: string,
  options: AskOptions & { body: object | null; deadlineMs: number; maxBytes: number },
) {
  const { signal, lookup, body, deadlineMs, maxBytes } = options;
  return requestUpstream({
    label: labelOf(server),
    url: `${server.url}${path}`,
    anyStatus: true,
    accept: "application/json",
    deadlineMs,
    maxBytes,
    signal,
    ...(lookup && { lookup }),
    ...(server.secret !== null && { authorization: `Bearer ${server.secret}` }),
    ...(body && {
      post: { body: JSON.stringify(body), headers: { "content-type": "application/json" } },
    }),
  });
}

function parsed(server: AskableServer, body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    throw refusal(server, "answered something that is not JSON");
  }
}

function labelOf({ name }: AskableServer): string {
  return `The model server ${name}`;
}

function refusal(server: AskableServer, clause: string): AppError {
  return new AppError("UPSTREAM", `${labelOf(server)} ${clause}.`);
}

function statusText(status: number): string {
  if (status === 401 || status === 403) return `refused the secret (${status})`;
  if (status === 404) return "does not know the address or the model (404)";
  return `answered ${status}`;
}
