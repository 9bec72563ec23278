import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** A secret that must be found nowhere but where `shownBy` says. */
interface Canary {
  name: string;
  forms: readonly string[];
  shownBy: ShownBy;
}

/** Labels of all that shows it, each of which must; or what the labels of some that may look like. */
type ShownBy = readonly string[] | RegExp;

/** Found in a part: half a secret is one too, for whoever guesses the rest. */
const PART_LENGTH = 16;

/** The secret as it is, its two ends, and as addresses and basic authentication carry it. */
function formsOf(secret: string): string[] {
  const isShort = secret.length < 2 * PART_LENGTH;
  const parts = isShort ? [secret] : [secret.slice(0, PART_LENGTH), secret.slice(-PART_LENGTH)];
  const coded = [secret, `kim:${secret}`].map((text) => Buffer.from(text).toString("base64"));
  return [...new Set([...parts, encodeURIComponent(secret), ...coded])];
}

/** Everything that came out of a product, and the secrets that went in. */
export class SecretEvidence {
  requests = 0;
  #bytes = 0;
  readonly #canaries: Canary[] = [];
  readonly #kept: { label: string; text: string }[] = [];

  get canaryCount(): number {
    return this.#canaries.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  hide(name: string, secret: string, shownBy: ShownBy = []): string {
    if (secret.length < 12) throw new Error(`The secret "${name}" is too short to be looked for.`);
    this.#canaries.push({ name, forms: formsOf(secret), shownBy });
    return secret;
  }

  keep(label: string, text: string): void {
    this.#kept.push({ label, text });
    this.#bytes += Buffer.byteLength(text);
  }

  /** Every file below a folder, but those whose path matches. */
  keepFolder(folder: string, except = /^$/): void {
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      const file = path.join(folder, name);
      if (statSync(file).isFile() && !except.test(name))
        this.keep(`file ${name}`, readFileSync(file, "latin1"));
    }
  }

  /** One line for each place where a secret is and must not be, or must be and is not. */
  faults(): string[] {
    return this.#canaries.flatMap(({ name, forms, shownBy }) => {
      const holding = this.#kept.filter(({ text }) => forms.some((form) => text.includes(form)));
      const found = new Set(holding.map(({ label }) => label));
      const isAllowed = (label: string) =>
        shownBy instanceof RegExp ? shownBy.test(label) : shownBy.includes(label);
      const missing = shownBy instanceof RegExp ? [] : shownBy.filter((label) => !found.has(label));
      return [
        ...[...found]
          .filter((label) => !isAllowed(label))
          .map((label) => `${name} is in: ${label}`),
        ...missing.map((label) => `${name} is missing in: ${label}`),
      ];
    });
  }
}
