import type { IncomingMessage } from "node:http";
import { finished } from "node:stream";
import { createGunzip, type Gunzip } from "node:zlib";
import { AppError } from "@/server/errors";

/** Reads a body of JSON, plain or gzip. Throws INVALID or TOO_LARGE (past `maxBytes` unpacked, whatever the headers said). */
export async function readJsonBody(req: IncomingMessage, maxBytes: number): Promise<unknown> {
  const encoding = req.headers["content-encoding"] ?? "identity";
  if (encoding !== "identity" && encoding !== "gzip")
    throw new AppError("INVALID", "Send the body as it is, or packed with gzip.");
  // The request itself stays whole, or its answer would have no connection to go by.
  const parts = req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const body = await readAll(encoding === "gzip" ? unpack(req) : parts, maxBytes);
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch (error) {
    throw new AppError("INVALID", "The body is not JSON.", { cause: error });
  }
}

function unpack(req: IncomingMessage): Gunzip {
  const unpacked = req.pipe(createGunzip());
  finished(req, (error) => {
    if (error) unpacked.destroy(error); // a pipe does not pass on that the client has left
  });
  return unpacked;
}

async function readAll(stream: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // A bomb is unpacked no further than to the bound: leaving the loop destroys the stream.
    for await (const chunk of stream) {
      bytes += chunk.length;
      if (bytes > maxBytes)
        throw new AppError("TOO_LARGE", "The body may hold 1 MB at most: send smaller batches.");
      chunks.push(chunk);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code?.startsWith("Z_") !== true) throw error;
    throw new AppError("INVALID", "The body is not gzip.", { cause: error });
  }
  return Buffer.concat(chunks);
}
