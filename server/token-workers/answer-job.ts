import { parseSections } from "@/domain/tokens/parse-sections";
import { EncodingStopped, type StopCheck, type TokenEncoder } from "@/domain/tokens/token-encoder";
import { longestRun } from "./longest-run";
import type { JobResults, JobVocabulary, WorkerJob } from "./worker-job";

const DECODED_BYTES = 1 << 20;
/** A piece needs forty times its length in memory while it is encoded. */
const LONGEST_RUN_BYTES = 8_000_000;

/** The input is at fault, and this sentence says how. */
export class InputProblem extends Error {}

export interface JobTools {
  stop: StopCheck;
  encoderOf: (vocabulary: JobVocabulary) => Promise<TokenEncoder>;
  describe: (json: Uint8Array) => JobResults["describe"];
}

/** Does a job. Throws EncodingStopped, InputProblem, or what else went wrong. */
export async function answerJob(
  job: WorkerJob,
  { stop, encoderOf, describe }: JobTools,
): Promise<JobResults[keyof JobResults]> {
  if (job.kind === "describe") return describe(job.json);
  if (job.kind === "parseSections") return parseSections(job.text);
  const encoder = await encoderOf(job.vocabulary);
  switch (job.kind) {
    case "count":
      return job.texts.map((text) => encoder.count(text, unlessStopped(stop)));
    case "countPieces":
      return encoder.countPieces?.(job.text, unlessStopped(stop)) ?? null;
    case "countBytes":
      if (longestRun(job.bytes, LONGEST_RUN_BYTES) >= LONGEST_RUN_BYTES)
        throw new InputProblem(
          "The text holds more than 8 MB without a break: no space between letters, no letter between spaces. Send it in parts.",
        );
      return encoder.count(decode(job.bytes, stop), unlessStopped(stop));
  }
}

function unlessStopped(stop: StopCheck): StopCheck {
  if (stop.isStopped()) throw new EncodingStopped();
  return stop;
}

/** As TextDecoder does: what is no UTF-8 becomes U+FFFD. A mark of the byte order is a character, as it is in a text that comes as JSON. */
function decode(bytes: Uint8Array, stop: StopCheck): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  for (let at = 0; at < bytes.length; at += DECODED_BYTES) {
    unlessStopped(stop);
    text += decoder.decode(bytes.slice(at, at + DECODED_BYTES), { stream: true });
  }
  return text + decoder.decode();
}
