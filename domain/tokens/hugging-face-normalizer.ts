import * as z from "zod";
import { toByteLevel } from "./hugging-face-byte-level";
import { type Makers, options, readComponents, TextPattern } from "./hugging-face-component";

type Normalize = (text: string) => string;

const WHAT = "normalizer";
const spacesBefore = /^\p{White_Space}+/u;
const spacesAfter = /\p{White_Space}+$/u;

const Strip = z.object({ strip_left: z.boolean(), strip_right: z.boolean() });
const Replace = z.object({ pattern: TextPattern, content: z.string() });
const Prepend = z.object({ prepend: z.string() });
const Bert = z.object({
  clean_text: z.boolean(),
  handle_chinese_chars: z.boolean(),
  strip_accents: z.boolean().nullish(),
  lowercase: z.boolean(),
});

const makers: Makers<Normalize> = {
  NFC: () => (text) => text.normalize("NFC"),
  NFD: () => (text) => text.normalize("NFD"),
  NFKC: () => (text) => text.normalize("NFKC"),
  NFKD: () => (text) => text.normalize("NFKD"),
  Lowercase: () => lowercase,
  StripAccents: () => (text) => text.replaceAll(/\p{M}/gu, ""),
  ByteLevel: () => toByteLevel,
  Strip(component) {
    const { strip_left: left, strip_right: right } = options(Strip, component, WHAT);
    return (text) => {
      const stripped = left ? text.replace(spacesBefore, "") : text;
      return right ? stripped.replace(spacesAfter, "") : stripped;
    };
  },
  Replace(component) {
    const { pattern, content } = options(Replace, component, WHAT);
    return (text) => text.replace(pattern, () => content);
  },
  Prepend(component) {
    const { prepend } = options(Prepend, component, WHAT);
    return (text) => (text === "" ? "" : prepend + text);
  },
  BertNormalizer(component) {
    const bert = options(Bert, component, WHAT);
    const steps: Normalize[] = [];
    if (bert.clean_text) steps.push(cleanText);
    if (bert.handle_chinese_chars) steps.push((text) => text.replace(ideographs, " $& "));
    if (bert.strip_accents ?? bert.lowercase)
      steps.push((text) => text.normalize("NFD").replaceAll(/\p{Mn}/gu, ""));
    if (bert.lowercase) steps.push(lowercase);
    return (text) => steps.reduce((changed, step) => step(changed), text);
  },
};

export interface Normalizer {
  run: Normalize;
  /** The text is written in the alphabet of bytes. */
  writesBytes: boolean;
}

/** What the file does to a text before it is split. Null: nothing. Throws UnsupportedTokenizer. */
export function readNormalizer(json: unknown): Normalizer | null {
  const steps = readComponents(json, { what: WHAT, listKey: "normalizers", makers });
  if (steps.length === 0) return null;
  return {
    run: (text) => steps.reduce((changed, step) => step(changed), text),
    writesBytes: steps.includes(toByteLevel),
  };
}

/** Letter by letter: JavaScript's own minds that a sigma stands at the end of a word. */
function lowercase(text: string): string {
  return text.replaceAll("Σ", "σ").toLowerCase();
}

const ideographs =
  /[\u{4e00}-\u{9fff}\u{3400}-\u{4dbf}\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{f900}-\u{faff}\u{2f800}-\u{2fa1f}]/gu;

function cleanText(text: string): string {
  return text
    .replaceAll(/(?![\t\n\r])[\0\ufffd\p{Cc}\p{Cf}\p{Co}]/gu, "")
    .replaceAll(/\p{White_Space}/gu, " ");
}
