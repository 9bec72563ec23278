import { UnsupportedTokenizer } from "./hugging-face-error";

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_DEPTH = 32;
const MAX_CONTAINERS = 3_000_000;
const MAX_VALUES = 12_000_000;

const [QUOTE, BACKSLASH, COMMA, OPEN, CLOSE] = [
  0x22,
  0x5c,
  0x2c,
  [0x5b, 0x7b],
  [0x5d, 0x7d],
] as const;

/**
 * The JSON of a file from outside. It is looked through before it is parsed, so that nesting and the number of values, and with them
 * the memory that it becomes, are bounded. Throws UnsupportedTokenizer.
 */
export function readTokenizerJson(bytes: Uint8Array): unknown {
  if (bytes.length > MAX_BYTES)
    throw new UnsupportedTokenizer("The file is larger than 64 MB, so it is no tokenizer.json.");
  checkShape(bytes);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw new UnsupportedTokenizer("The file is not JSON, so it is no tokenizer.json.");
  }
}

function checkShape(bytes: Uint8Array): void {
  let depth = 0;
  let containers = 0;
  let values = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfText(bytes, at);
    else if (byte === COMMA) values += 1;
    else if (byte === CLOSE[0] || byte === CLOSE[1]) depth -= 1;
    else if (byte === OPEN[0] || byte === OPEN[1]) {
      depth += 1;
      containers += 1;
      if (depth > MAX_DEPTH)
        throw new UnsupportedTokenizer("The file is nested too deeply for a tokenizer.json.");
    }
  }
  if (containers > MAX_CONTAINERS || values > MAX_VALUES)
    throw new UnsupportedTokenizer("The file has more parts than any tokenizer.json.");
}

/** Where the text that begins here ends. */
function endOfText(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
