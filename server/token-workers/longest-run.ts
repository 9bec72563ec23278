/** Letters and all that is not ASCII; white space; everything else. Digits break a run: no piece has more than three. */
const LETTER = 1;
const SPACE = 2;
const SIGN = 3;
const BREAK = 0;

const classes = new Uint8Array(256).fill(LETTER, 128);
for (let code = 0; code < 128; code += 1) {
  const letter = String.fromCharCode(code);
  classes[code] = /[a-z]/i.test(letter)
    ? LETTER
    : /\s/.test(letter)
      ? SPACE
      : /\d/.test(letter)
        ? BREAK
        : SIGN;
}

/** The length of the longest stretch of UTF-8 that may be one piece, in bytes; what is more than it does not matter. */
export function longestRun(bytes: Uint8Array, enough: number): number {
  let longest = 0;
  let length = 0;
  let before = BREAK;
  for (let at = 0; at < bytes.length && longest < enough; at += 1) {
    const here = classes[bytes[at] ?? 0] ?? BREAK;
    length = here === before && here !== BREAK ? length + 1 : 1;
    before = here;
    if (length > longest) longest = length;
  }
  return longest;
}
