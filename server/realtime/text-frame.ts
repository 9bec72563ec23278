/**
 * A whole, unmasked WebSocket text frame (RFC 6455, section 5.2), so that one tick is encoded once and the same bytes are
 * written to every client.
 *
 *     byte 0       0x81: final, text
 *     byte 1       length, or 126 and 2 bytes of length, or 127 and 8 bytes
 */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text, "utf8");
  const header = headerOf(payload.length);
  return Buffer.concat([header, payload]);
}

function headerOf(length: number): Buffer {
  if (length < 126) return Buffer.from([0x81, length]);
  if (length < 65_536) {
    const header = Buffer.from([0x81, 126, 0, 0]);
    header.writeUInt16BE(length, 2);
    return header;
  }
  const header = Buffer.alloc(10);
  header.set([0x81, 127]);
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
