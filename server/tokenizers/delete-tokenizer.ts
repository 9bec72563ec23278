import type { DeletedTokenizer, TokenizerId } from "@/domain/tokens/tokenizer-file";
import type { AuditOrigin } from "@/server/audit";
import { fromDatabase } from "./list-tokenizers";
import type { TokenizersContext } from "./tokenizers-context";

/** Removes a tokenizer; a file on the portal's machine stays there. False when it was gone already. Throws INVALID while it is used. */
export async function deleteTokenizer(
  { store }: TokenizersContext,
  { id }: TokenizerId,
  origin: AuditOrigin,
): Promise<DeletedTokenizer> {
  return { deleted: await fromDatabase(() => store.delete(id, origin)) };
}
