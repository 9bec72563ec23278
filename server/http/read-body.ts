import type { IncomingMessage } from "node:http";
import { finished } from "node:stream";
import { createGunzip, type Gunzip } from "node:zlib";
import { AppError } from "@/server/errors";
import { tooLargeSentence } from "./body-rule";

/** Reads a body of JSON, plain or gzip. Throws INVALID or TOO_LARGE (past `maxBytes` unpacked, whatever the headers said). */
export async function readJsonBody(req: IncomingMessage, maxBytes: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of readBodyParts(req, maxBytes)) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8")) as unknown;
  } catch (error) {
    throw new AppError("INVALID", "The body is not JSON.", { cause: error });
  }
}

/**
 * The bytes of a body as they come, unpacked, no faster than they are taken: nothing is collected. Throws INVALID for a packing that
 * is not known or broken, TOO_LARGE past `maxBytes` whatever the headers said, and what the connection threw when the client left.
 */
export async function* readBodyParts(
  req: IncomingMessage,
  maxBytes: number,
): AsyncGenerator<Buffer, void> {
  const encoding = req.headers["content-encoding"] ?? "identity";
  if (encoding !== "identity" && encoding !== "gzip")
    throw new AppError("INVALID", "Send the body as it is, or packed with gzip.");
  // The request itself stays whole, or its answer would have no connection to go by.
  const plain = req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const parts: AsyncIterable<Buffer> = encoding === "gzip" ? unpack(req) : plain;
  let bytes = 0;
  try {
    // A bomb is unpacked no further than to the bound: leaving the loop destroys the stream.
    for await (const part of parts) {
      bytes += part.length;
      if (bytes > maxBytes) throw new AppError("TOO_LARGE", tooLargeSentence(maxBytes));
      yield part;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code?.startsWith("Z_") !== true) throw error;
    throw new AppError("INVALID", "The body is not gzip.", { cause: error });
  }
}

function unpack(req: IncomingMessage): Gunzip {
  const unpacked = req.pipe(createGunzip());
  finished(req, (error) => {
    if (error) unpacked.destroy(error); // a pipe does not pass on that the client has left
  });
  return unpacked;
}
