// GPT-2's alphabet: each byte has a character that can be seen. Bytes that are printable in Latin-1 stand for themselves, the others
// get U+0100 and on, in order (github.com/openai/gpt-2, encoder.py, bytes_to_unicode).

const isPrintable = (byte: number) =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;

function alphabet(): string[] {
  let others = 0;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(isPrintable(byte) ? byte : 0x100 + others++),
  );
}

const characters = alphabet();
const bytes = new Map(characters.map((character, byte) => [character, byte]));
const encoder = new TextEncoder();

/** A text as one character a byte of its UTF-8. */
export function toByteLevel(text: string): string {
  let result = "";
  for (const byte of encoder.encode(text)) result += characters[byte] ?? "";
  return result;
}

/** The bytes that a token stands for; one that is not of the alphabet as a whole stands for itself. */
export function fromByteLevel(token: string): Uint8Array {
  const found = Array.from(token, (character) => bytes.get(character) ?? -1);
  return found.includes(-1) ? encoder.encode(token) : Uint8Array.from(found);
}
