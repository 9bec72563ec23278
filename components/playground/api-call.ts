import type { DraftSection } from "./draft";

export type CallStyle = "curl" | "trpc";

export interface CallSubject {
  origin: string;
  sections: readonly DraftSection[];
  /** Name of the profile; null: the default one. */
  model: string | null;
  /** Null: the profile's own. */
  encoding: string | null;
  isTruncating: boolean;
}

/** A command line longer than this is refused by Linux (MAX_ARG_STRLEN is 128 KiB); the body then comes by a here-document. */
const MAX_ARGUMENT_BYTES = 100_000;
const END_OF_BODY = "END_OF_PROMPT";

/** The sections as tokens.truncate and tokens.validate take them. */
export function requestSectionsOf(sections: readonly DraftSection[]) {
  return sections.map(({ name, text, priority, isRequired }) => ({
    name,
    ...(priority !== null && { priority }),
    ...(isRequired !== null && { required: isRequired }),
    text,
  }));
}

/** The body of the call. What was removed leaves a line behind, as the page shows it. */
export function requestOf({ sections, model, encoding, isTruncating }: CallSubject) {
  return {
    ...(model !== null && { model }),
    ...(encoding !== null && { encoding }),
    ...(isTruncating && { markRemoved: true as const }),
    sections: requestSectionsOf(sections),
  };
}

/** The call that does what the page shows, whole: it can be run as it is, with `KEY` set to an API key. */
export function apiCallOf(subject: CallSubject, style: CallStyle): string {
  return writeCall(subject, style, requestOf(subject));
}

const SHOWN_SECTIONS = 3;

/** The same with its texts left out, for looking at. */
export function shownCallOf(subject: CallSubject, style: CallStyle): string {
  const request = requestOf(subject);
  const shown = request.sections.slice(0, SHOWN_SECTIONS).map((one) => ({ ...one, text: "…" }));
  const more = request.sections.length - shown.length;
  const sections = more > 0 ? [...shown, `… ${more} more`] : shown;
  return writeCall(subject, style, { ...request, sections });
}

interface CallBody {
  model?: string;
  encoding?: string;
  markRemoved?: true;
  sections: readonly unknown[];
}

function writeCall(subject: CallSubject, style: CallStyle, body: CallBody): string {
  const name = subject.isTruncating ? "truncate" : "validate";
  return style === "curl" ? curlCall(subject.origin, name, body) : trpcCall(subject, name, body);
}

/** A section a line. */
function writeBody({ sections, ...rest }: CallBody): string {
  const fields = Object.entries(rest).map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)},\n `,
  );
  const lines = sections.map((section) => JSON.stringify(section));
  return `{${fields.join("")}"sections":[${lines.join(",\n  ")}]}`;
}

function curlCall(origin: string, name: string, body: CallBody): string {
  const json = writeBody(body);
  const head = `curl -s "${origin}/api/tokens/${name}" \\\n  -H "Authorization: Bearer $KEY" \\\n`;
  if (new TextEncoder().encode(json).length <= MAX_ARGUMENT_BYTES)
    return `${head}  --json '${json.replaceAll("'", String.raw`'\''`)}'`;
  // JSON holds no bare line that could end the document.
  return `${head}  --json @- <<'${END_OF_BODY}'\n${json}\n${END_OF_BODY}`;
}

function trpcCall({ origin }: CallSubject, name: string, body: CallBody): string {
  return [
    'import { createSightlineClient } from "sightline/client";',
    "",
    "const sightline = createSightlineClient({",
    `  url: ${JSON.stringify(origin)},`,
    "  apiKey: process.env.KEY,",
    "});",
    `const answer = await sightline.tokens.${name}.mutate(${writeBody(body)});`,
  ].join("\n");
}
