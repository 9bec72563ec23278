import type { TokenEncoder } from "@/domain/tokens/token-encoder";
import type { SplitInput, TokenSplit } from "./worker-messages";

/** The tokens of a text with where each ends in it. Bytes of a token may end within a character, so offsets are counted in bytes. */
export function splitTokens(encoder: TokenEncoder, input: SplitInput): TokenSplit {
  const { encoding, text, maxTokens } = input;
  const all = encoder.encode(text);
  const ids = all.slice(0, maxTokens);
  const ends = new Uint32Array(ids.length);
  const byteLengths = new Uint32Array(ids.length);
  const isPartial = new Uint8Array(ids.length);
  let bytes = 0;
  let characterBytes = 0;
  let offset = 0;
  for (const [index, id] of ids.entries()) {
    const length = encoder.bytesOf(id).length;
    byteLengths[index] = length;
    bytes += length;
    while (offset < text.length) {
      const codePoint = text.codePointAt(offset) ?? 0;
      const next = characterBytes + utf8Length(codePoint);
      if (next > bytes) break;
      characterBytes = next;
      offset += codePoint > 0xffff ? 2 : 1;
    }
    ends[index] = offset;
    isPartial[index] = characterBytes === bytes ? 0 : 1;
  }
  return {
    encoding,
    text,
    totalTokens: all.length,
    ids: new Uint32Array(ids),
    ends,
    byteLengths,
    isPartial,
  };
}

/** A lone surrogate is encoded as U+FFFD, which has three bytes, too. */
function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x1_0000 ? 3 : 4;
}
