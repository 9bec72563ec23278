/** Insides of sets in JavaScript's `v` mode. White_Space: JavaScript's own `\s` lacks U+0085 and has U+FEFF. */
export const WHITE_SPACE = "\\p{White_Space}";

/** Oniguruma's `\w`: that of Unicode's technical standard 18, and six numbers of Latin-1. */
export const WORD = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\xb2\\xb3\\xb9\\xbc-\\xbe";

const named: Readonly<Record<string, string>> = {
  alnum: "\\p{Alphabetic}\\p{Nd}",
  alpha: "\\p{Alphabetic}",
  alphabetic: "\\p{Alphabetic}",
  any: "\\p{Any}",
  ascii: "\\p{ASCII}",
  blank: "\\p{Zs}\\t",
  cntrl: "\\p{Cc}",
  digit: "\\p{Nd}",
  lower: "\\p{Lowercase}",
  lowercase: "\\p{Lowercase}",
  punct: "\\p{P}",
  space: WHITE_SPACE,
  upper: "\\p{Uppercase}",
  uppercase: "\\p{Uppercase}",
  whitespace: WHITE_SPACE,
  word: WORD,
  xdigit: "0-9A-Fa-f",
  emoji: "\\p{Emoji}",
  extendedpictographic: "\\p{Extended_Pictographic}",
  ideographic: "\\p{Ideographic}",
};

const categories =
  "L Lu Ll Lt Lm Lo LC M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf Cn Co Cs " +
  "Letter Uppercase_Letter Lowercase_Letter Titlecase_Letter Modifier_Letter Other_Letter Mark Nonspacing_Mark Spacing_Mark " +
  "Enclosing_Mark Number Decimal_Number Letter_Number Other_Number Punctuation Connector_Punctuation Dash_Punctuation " +
  "Open_Punctuation Close_Punctuation Initial_Punctuation Final_Punctuation Other_Punctuation Symbol Math_Symbol Currency_Symbol " +
  "Modifier_Symbol Other_Symbol Separator Space_Separator Line_Separator Paragraph_Separator Control Format";

const plainNameOf = (name: string) => name.replaceAll(/[\s_-]/g, "").toLowerCase();
const categoryByName = new Map(categories.split(" ").map((name) => [plainNameOf(name), name]));

/** What `\p{name}` stands for, as the inside of a set: a general category, a script or a class of POSIX. Null: not known. */
export function propertySet(name: string): string | null {
  const plain = plainNameOf(name);
  const category = categoryByName.get(plain);
  if (category !== undefined) return `\\p{${category}}`;
  if (Object.hasOwn(named, plain)) return named[plain] ?? null;
  if (!/^[A-Za-z]+(?:[ _-][A-Za-z]+)*$/.test(name)) return null;
  const script = name
    .split(/[ _-]/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
    .join("_");
  const set = `\\p{Script=${script}}`;
  try {
    new RegExp(`[${set}]`, "v");
    return set;
  } catch {
    return null;
  }
}
