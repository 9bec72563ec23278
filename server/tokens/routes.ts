import * as z from "zod";
import { ModelName } from "@/domain/tokens/model-profile";
import { jsonAnswer, type Route } from "@/server/http/route";
import { countUpload, MAX_UPLOAD_BYTES } from "./count-upload";
import type { TokensContext } from "./tokens-context";

const UploadQuery = z.strictObject({
  model: ModelName.optional(),
  encoding: z.string().max(64).optional(),
});

/** Texts that are too long for a body of JSON. A form of another site can send text, too, but nothing is changed by it. */
export function tokensRoutes(ctx: TokensContext): Route[] {
  return [
    {
      method: "POST",
      path: "/api/tokens/count-upload",
      policy: "services",
      body: { contentTypes: ["text/plain"], maxBytes: MAX_UPLOAD_BYTES },
      async handle({ query, readParts, signal }) {
        const wanted = UploadQuery.parse(Object.fromEntries(query));
        return jsonAnswer(await countUpload(ctx, { wanted, parts: readParts() }, signal));
      },
    },
  ];
}
