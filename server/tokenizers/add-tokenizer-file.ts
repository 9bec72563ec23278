import type { SavedTokenizer, TokenizerPath } from "@/domain/tokens/tokenizer-file";
import type { AuditOrigin } from "@/server/audit";
import { AppError } from "@/server/errors";
import { fromDatabase } from "./list-tokenizers";
import { readTokenizerPath } from "./read-tokenizer-path";
import type { TokenizersContext } from "./tokenizers-context";

/** Takes a file that is on the portal's machine, where it stays. Throws INVALID with what is wrong with it. */
export async function addTokenizerFile(
  { store, workers, alone }: TokenizersContext,
  { name, path }: TokenizerPath,
  { origin, signal }: { origin: AuditOrigin; signal: AbortSignal },
): Promise<SavedTokenizer> {
  // Whoever may add tokenizers is not to learn by it what other files are there.
  if (!path.endsWith(".json")) throw new AppError("INVALID", "The path must end with .json.");
  return alone(async () => {
    const { held } = await readTokenizerPath(path);
    if (!held) throw new Error("a file without a known stamp is always read");
    const { bytes, sha256 } = held;
    const described = await workers.describeTokenizer(bytes, signal);
    const content = { ...described, sha256, sizeBytes: bytes.length };
    const tokenizer = await fromDatabase(() =>
      store.add({ name, ...content, from: { path } }, origin),
    );
    return { tokenizer };
  });
}
