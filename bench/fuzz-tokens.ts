// npm run fuzz:tokens [-- COUNT SEED]   generated texts over all four encodings, ours against tiktoken. Exits 1 on a difference.
import { encodings } from "@/domain/tokens/encodings";
import { seededRandom } from "@/fixtures/seeded-random";
import { differenceFromTiktoken } from "@/fixtures/tiktoken-oracle";
import { fuzzText } from "@/fixtures/token-texts";
import { loadEncoding } from "@/server/token-ranks";

const [count = 1_000_000, seed = Date.now() % 1_000_000_000] = process.argv.slice(2).map(Number);
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed) || seed < 0) {
  console.error("usage: npm run fuzz:tokens -- [COUNT [SEED]]");
  process.exit(2);
}

const SHOWN = 5;
const TOLD_EVERY = 50_000;
const random = seededRandom(seed);
let differences = 0;
let characters = 0;
for (let index = 0; index < count; index += 1) {
  const encoding = encodings[index % encodings.length] ?? "cl100k_base";
  const text = fuzzText(random);
  characters += text.length;
  const difference = differenceFromTiktoken(loadEncoding(encoding), encoding, text);
  if (difference) {
    differences += 1;
    if (differences <= SHOWN) console.log(encoding, difference);
  }
  if ((index + 1) % TOLD_EVERY === 0) console.log(`${index + 1} texts, ${differences} differ`);
}
console.log(
  `seed ${seed}: ${count} texts of ${characters} characters over ${encodings.length} encodings, ${differences} differ`,
);
process.exit(differences === 0 ? 0 : 1);
