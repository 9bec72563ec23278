import { parentPort } from "node:worker_threads";
import { UnsupportedTokenizer } from "@/domain/tokens/hugging-face-error";
import { parseTokenizer } from "@/domain/tokens/hugging-face-tokenizer";
import { EncodingStopped } from "@/domain/tokens/token-encoder";
import { loadEncoding } from "@/server/token-ranks";
import { answerJob, InputProblem } from "./answer-job";
import { EncoderCache } from "./encoder-cache";
import type { MessageFromWorker, MessageToWorker } from "./worker-job";

// The program of a worker: one job at a time, as the pool sends them.

const MOST_TOKENIZERS = 4;
const MOST_TOKENIZER_BYTES = 160 << 20;

const port = parentPort;
if (!port) throw new Error("This is the program of a worker thread.");

const cache = new EncoderCache({
  openEncoding: loadEncoding,
  openTokenizer: (json) => parseTokenizer(json).encoder,
  mostTokenizers: MOST_TOKENIZERS,
  mostBytes: MOST_TOKENIZER_BYTES,
});
let waiting: ((bytes: Uint8Array | null) => void) | null = null;

port.on("message", (message: MessageToWorker) => {
  if (message.type === "job") void run(message);
  else waiting?.(message.bytes);
});

async function run({ id, job, stop }: Extract<MessageToWorker, { type: "job" }>): Promise<void> {
  try {
    const result = await answerJob(job, {
      stop: { isStopped: () => Atomics.load(stop, 0) === 1 },
      encoderOf: (vocabulary) => cache.encoderOf(vocabulary, () => askForVocabulary(id)),
      describe: (json) => {
        const { description, vocabularySize } = parseTokenizer(own(json));
        return { description, vocabularySize };
      },
    });
    send({ type: "done", id, result });
  } catch (error) {
    send({ type: "failed", id, ...problemOf(error) });
  }
}

async function askForVocabulary(id: number): Promise<Uint8Array> {
  const loading = new Promise<Uint8Array | null>((resolve) => {
    waiting = resolve;
  });
  send({ type: "needs-vocabulary", id });
  const bytes = await loading;
  waiting = null;
  if (bytes === null) throw new EncodingStopped();
  return own(bytes);
}

/** A decoder takes no memory that is shared. */
function own(bytes: Uint8Array): Uint8Array {
  return bytes.slice();
}

function problemOf(error: unknown): { sentence: string | null; detail: string } {
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : "unknown";
  const isInput = error instanceof UnsupportedTokenizer || error instanceof InputProblem;
  return { sentence: isInput ? error.message : null, detail };
}

function send(message: MessageFromWorker): void {
  port?.postMessage(message);
}
