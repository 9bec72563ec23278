import { gzipSync } from "node:zlib";
import * as z from "zod";
import { type SampleBatch, SampleBatchAnswer } from "@/domain/ingest/sample-batch";
import { isAppError } from "@/server/errors";
import { requestUpstream } from "@/server/upstream";

const DEADLINE_MS = 15_000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** Below this packing costs more than it saves. */
const PACK_FROM_BYTES = 1_024;

/** What came of a batch. Of every other than `taken` the batch is sent again later; the sentence says what is wrong. */
export type SendResult =
  | { kind: "taken"; answer: SampleBatchAnswer; clockOffsetMs: number }
  | { kind: "wrong_key" | "not_a_portal" | "refused"; sentence: string }
  | { kind: "unreachable" | "busy"; sentence: string };

export interface PortalClient {
  /** Never rejects. */
  send: (batch: SampleBatch, signal: AbortSignal) => Promise<SendResult>;
}

const ErrorAnswer = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** The portal as the agent sees it: one address, one request at a time. `readKey` is asked each time, since the file may change. */
export function createPortalClient(options: {
  /** `https://portal.example`, perhaps with a path in front of the portal's own. */
  portalUrl: string;
  readKey: () => string | null;
  nowMs: () => number;
}): PortalClient {
  const { portalUrl, readKey, nowMs } = options;
  const url = `${portalUrl.replace(/\/+$/, "")}/api/ingest/gpu-samples`;
  return {
    async send(batch, signal) {
      const sentAtMs = nowMs();
      try {
        const answer = await requestUpstream({
          label: "The portal",
          url,
          post: postOf(batch, readKey()),
          anyStatus: true,
          deadlineMs: DEADLINE_MS,
          maxBytes: MAX_ANSWER_BYTES,
          signal,
        });
        const middleMs = (sentAtMs + nowMs()) / 2;
        return resultOf(answer.status, { body: parsed(answer.body), middleMs });
      } catch (error) {
        const sentence = isAppError(error) ? error.message : "The portal could not be asked.";
        return { kind: "unreachable", sentence };
      }
    },
  };
}

function postOf(batch: SampleBatch, key: string | null) {
  const json = JSON.stringify(batch);
  const isPacked = json.length >= PACK_FROM_BYTES;
  return {
    body: isPacked ? gzipSync(json) : json,
    headers: {
      "content-type": "application/json",
      ...(isPacked && { "content-encoding": "gzip" }),
      ...(key !== null && { authorization: `Bearer ${key}` }),
    },
  };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    return null;
  }
}

function resultOf(
  status: number,
  { body, middleMs }: { body: unknown; middleMs: number },
): SendResult {
  const answer = SampleBatchAnswer.safeParse(body);
  if (status === 200 && answer.success)
    return {
      kind: "taken",
      answer: answer.data,
      clockOffsetMs: middleMs - answer.data.serverTimeMs,
    };
  const error = ErrorAnswer.safeParse(body);
  if (!error.success)
    // A proxy in front of a portal that is being started answers so, too: it is asked again.
    return {
      kind: status >= 500 ? "unreachable" : "not_a_portal",
      sentence: `What answers there (${status}) is no Sightline portal, or too old a one: check the address.`,
    };
  const { code, message } = error.data.error;
  if (code === "UNAUTHENTICATED" || code === "FORBIDDEN")
    return { kind: "wrong_key", sentence: message };
  if (code === "NOT_FOUND")
    return {
      kind: "not_a_portal",
      sentence: "The portal there takes no samples of agents: update it.",
    };
  if (code === "TOO_MANY" || status >= 500) return { kind: "busy", sentence: message };
  return { kind: "refused", sentence: message };
}
