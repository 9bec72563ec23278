import { crc32 } from "node:zlib";

// One record, all numbers little-endian:
//
//   0      4      8       12     16        24          32
//   ┌──────┬──────┬───────┬──────┬─────────┬───────────┬─────────┐
//   │ mark │ crc  │ bytes │ items│ record  │ firstItem │ payload │
//   └──────┴──────┴───────┴──────┴─────────┴───────────┴─────────┘
//                 └──────────── crc32 over all of this ──────────┘
//
// `record` and `firstItem` count everything that was ever appended, so that a hole shows how much was in it.

/** Begins each record; looked for after a damaged one. */
const MARK = Buffer.from([0x53, 0x4c, 0xa7, 0x1e]);
export const RECORD_HEADER_BYTES = 32;
const CRC_FROM = 8;
/** More is not believed of a header. */
const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;

/** A place between records: how many records, and items in them, lie before it. */
export interface SpoolPosition {
  record: number;
  item: number;
}

export interface SpoolRecord {
  position: SpoolPosition;
  items: number;
  payload: Buffer;
  /** Offset of the first byte after it. */
  endOffset: number;
}

export function encodeRecord(
  payload: Uint8Array,
  { position, items }: Pick<SpoolRecord, "position" | "items">,
): Buffer {
  if (payload.length > MAX_PAYLOAD_BYTES)
    throw new RangeError("a record of the spool is too large");
  const bytes = Buffer.alloc(RECORD_HEADER_BYTES + payload.length);
  MARK.copy(bytes, 0);
  bytes.writeUInt32LE(payload.length, 8);
  bytes.writeUInt32LE(items, 12);
  bytes.writeBigUInt64LE(BigInt(position.record), 16);
  bytes.writeBigUInt64LE(BigInt(position.item), 24);
  bytes.set(payload, RECORD_HEADER_BYTES);
  bytes.writeUInt32LE(crc32(bytes.subarray(CRC_FROM)), 4);
  return bytes;
}

/** The record that begins at this offset; null when it is damaged or cut off. */
function readRecord(bytes: Buffer, offset: number): SpoolRecord | null {
  const payloadFrom = offset + RECORD_HEADER_BYTES;
  if (
    payloadFrom > bytes.length ||
    bytes.compare(MARK, 0, MARK.length, offset, offset + MARK.length)
  )
    return null;
  const length = bytes.readUInt32LE(offset + 8);
  const endOffset = payloadFrom + length;
  if (length > MAX_PAYLOAD_BYTES || endOffset > bytes.length) return null;
  if (crc32(bytes.subarray(offset + CRC_FROM, endOffset)) !== bytes.readUInt32LE(offset + 4))
    return null;
  return {
    position: {
      record: Number(bytes.readBigUInt64LE(offset + 16)),
      item: Number(bytes.readBigUInt64LE(offset + 24)),
    },
    items: bytes.readUInt32LE(offset + 12),
    payload: bytes.subarray(payloadFrom, endOffset),
    endOffset,
  };
}

/** The first whole record that begins at or after this offset; null when there is none. */
export function findRecord(bytes: Buffer, fromOffset: number): SpoolRecord | null {
  for (let at = bytes.indexOf(MARK, fromOffset); at !== -1; at = bytes.indexOf(MARK, at + 1)) {
    const record = readRecord(bytes, at);
    if (record) return record;
  }
  return null;
}
