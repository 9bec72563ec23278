import * as z from "zod";
import { encodings } from "@/domain/tokens/encodings";
import { RANKS_PATH, ranksDigests } from "@/domain/tokens/ranks-addresses";
import { AppError } from "@/server/errors";
import type { Route } from "@/server/http/route";
import { readRanksOf } from "./read-ranks";

const Encoding = z.enum(encodings);

/**
 * The vocabularies for a browser that counts by itself. They are tiktoken's, the same for everybody: public. With its digest in the
 * address a file is kept for ever.
 */
export function ranksRoutes(): Route[] {
  return [
    {
      method: "GET",
      path: RANKS_PATH,
      policy: "public",
      handle: ({ query }) => {
        const { data: encoding } = Encoding.safeParse(query.get("encoding"));
        if (encoding === undefined)
          throw new AppError("INVALID", `encoding must be one of ${encodings.join(", ")}.`);
        const isNamed = query.get("digest") === ranksDigests[encoding];
        return {
          status: 200,
          contentType: "application/vnd.sightline.ranks",
          headers: {
            "Cache-Control": isNamed ? "public, max-age=31536000, immutable" : "no-cache",
          },
          body: bufferOf(readRanksOf(encoding)),
        };
      },
    },
  ];
}

/** The same memory. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
