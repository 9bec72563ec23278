import type { SavedTokenizer, TokenizerUpload } from "@/domain/tokens/tokenizer-file";
import type { AuditOrigin } from "@/server/audit";
import { holdTokenizer } from "./hold-tokenizer";
import { fromDatabase } from "./list-tokenizers";
import { nameTaken } from "./tokenizer-store";
import type { TokenizersContext } from "./tokenizers-context";

/** Takes a file as it comes and keeps it, packed, in the database. Throws INVALID or TOO_LARGE with what is wrong with it. */
export async function uploadTokenizer(
  { store, workers, alone }: TokenizersContext,
  { name }: TokenizerUpload,
  {
    parts,
    origin,
    signal,
  }: { parts: () => AsyncIterable<Uint8Array>; origin: AuditOrigin; signal: AbortSignal },
): Promise<SavedTokenizer> {
  return alone(async () => {
    const known = await fromDatabase(() => store.list());
    if (known.some((one) => one.name === name)) throw nameTaken(name); // before 64 MB come for nothing
    const { bytes, sha256, packed } = await holdTokenizer(parts(), { pack: true });
    const described = await workers.describeTokenizer(bytes, signal);
    const content = { ...described, sha256, sizeBytes: bytes.length };
    const tokenizer = await fromDatabase(() =>
      store.add({ name, ...content, from: { packed } }, origin),
    );
    return { tokenizer };
  });
}
