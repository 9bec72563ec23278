import { MAX_TOKENIZER_BYTES, TokenizerUpload } from "@/domain/tokens/tokenizer-file";
import { auditOriginOf } from "@/server/audit";
import { jsonAnswer, type Route } from "@/server/http/route";
import type { TokenizersContext } from "./tokenizers-context";
import { uploadTokenizer } from "./upload-tokenizer";

/** The file is the body (docs/api.md). */
export function tokenizerRoutes(tokenizers: TokenizersContext): Route[] {
  return [
    {
      method: "POST",
      path: "/api/tokenizers/upload",
      policy: "admin",
      body: {
        contentTypes: ["application/json", "application/octet-stream"],
        maxBytes: MAX_TOKENIZER_BYTES,
      },
      async handle({ actor, requestId, query, signal, readParts }) {
        const upload = TokenizerUpload.parse(Object.fromEntries(query));
        const origin = auditOriginOf({ actor, requestId, nowMs: tokenizers.nowMs });
        return jsonAnswer(
          await uploadTokenizer(tokenizers, upload, { parts: readParts, origin, signal }),
        );
      },
    },
  ];
}
