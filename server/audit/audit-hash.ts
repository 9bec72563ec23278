import { hash } from "node:crypto";

/** The columns of a row that its hash is over, in this order. */
export interface HashedEntry {
  sequence: bigint;
  atMs: number;
  actorKind: string;
  actorId: string | null;
  actorName: string;
  action: string;
  target: string;
  before: string | null;
  after: string | null;
  address: string;
  requestId: string;
}

export const FIRST_HASH = Buffer.alloc(32);

/**
 * SHA-256 over the hash of the row before (as hex) and each column, as one UTF-8 text. Every column is led by its length in bytes (or is
 * `-` for null), so that text which moves from one column to the next is another row.
 */
export function hashEntry(previousHash: Uint8Array, entry: HashedEntry): Buffer<ArrayBuffer> {
  const columns = [
    entry.sequence.toString(),
    entry.atMs.toString(),
    entry.actorKind,
    entry.actorId,
    entry.actorName,
    entry.action,
    entry.target,
    entry.before,
    entry.after,
    entry.address,
    entry.requestId,
  ];
  let text = `${hexOf(previousHash)};`;
  for (const column of columns)
    text += column === null ? "-;" : `${Buffer.byteLength(column)}:${column};`;
  return Buffer.from(hash("sha256", text, "buffer"));
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}
