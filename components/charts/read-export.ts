const LINE_FEED = 10;
const TOLD_EVERY_MS = 100;
const NO_ANSWER = "The server does not answer, so nothing was saved. Try again when Live is back.";

interface Progress {
  rows: number;
  /** Null when the server did not say. */
  totalRows: number | null;
}

interface Exported {
  blob: Blob;
  /** Name that the server gives the file. */
  name: string | null;
  rows: number;
}

/**
 * Reads a streamed file and counts its rows on the way. Throws an Error with a sentence for a person; an answer that ends too
 * early is one, so that half a file is never saved as a whole one.
 */
export async function readExport(
  url: string,
  options: { signal: AbortSignal; onProgress: (progress: Progress) => void },
): Promise<Exported> {
  const { signal, onProgress } = options;
  const response = await fetch(url, { signal }).catch((cause: unknown) => {
    throw new Error(NO_ANSWER, { cause });
  });
  if (!response.ok || response.body === null) throw new Error(await problemOf(response));
  const totalRows = countOf(response.headers.get("x-total-rows"));
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body.getReader();
  let lines = 0;
  let toldAtMs = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new Error("The export broke off half-way, so nothing was saved. Try again.", { cause });
    });
    if (done) break;
    parts.push(value);
    for (const byte of value) if (byte === LINE_FEED) lines += 1;
    if (performance.now() - toldAtMs < TOLD_EVERY_MS) continue;
    toldAtMs = performance.now();
    onProgress({ rows: Math.max(0, lines - 1), totalRows });
  }
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1];
  const type = response.headers.get("content-type") ?? "text/csv";
  return { blob: new Blob(parts, { type }), name: name ?? null, rows: Math.max(0, lines - 1) };
}

function countOf(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

async function problemOf(response: Response): Promise<string> {
  const body = (await response.json().catch(() => null)) as {
    error?: { message?: unknown };
  } | null;
  const message = body?.error?.message;
  return typeof message === "string" ? message : "The server refused the export.";
}
