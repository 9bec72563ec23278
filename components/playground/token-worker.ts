import type { Encoding } from "@/domain/tokens/encodings";
import type { TokenEncoder } from "@/domain/tokens/token-encoder";
import { loadEncoder } from "./load-encoder";
import { measurePrompt } from "./measure-prompt";
import { splitTokens } from "./split-tokens";
import type { WorkerAnswer, WorkerRequest } from "./worker-messages";

// The browser's worker of the playground: counts and splits beside the page, which stays free to be typed into.

const encoders = new Map<Encoding, Promise<TokenEncoder>>();

function encoderOf(encoding: Encoding): Promise<TokenEncoder> {
  const known = encoders.get(encoding);
  if (known !== undefined) return known;
  const loading = loadEncoder(encoding, (progress) => {
    answer({ kind: "loading", ...progress });
  });
  encoders.set(encoding, loading);
  return loading;
}

function answer(message: WorkerAnswer, transferred: Transferable[] = []): void {
  self.postMessage(message, { transfer: transferred });
}

async function work(request: WorkerRequest): Promise<void> {
  const { id } = request;
  const encoder = await encoderOf(request.input.encoding);
  answer({ kind: "started", id });
  if (request.kind === "split") {
    const split = splitTokens(encoder, request.input);
    const { ids, ends, byteLengths, isPartial } = split;
    answer({ kind: "split", id, split }, [
      ids.buffer,
      ends.buffer,
      byteLengths.buffer,
      isPartial.buffer,
    ]);
    return;
  }
  const startMs = performance.now();
  const measure = await measurePrompt(encoder, request.input);
  const durationMs = performance.now() - startMs;
  answer({ kind: "measured", id, measure: { ...measure, durationMs } });
}

self.addEventListener("message", ({ data }: MessageEvent<WorkerRequest>) => {
  work(data).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : "The worker failed.";
    answer({ kind: "failed", id: data.id, reason });
  });
});
