/** Text that stands in HTML as it is. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | readonly Html[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A template whose values are escaped, unless they are HTML already. */
export function markup(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  // The indentation of the source is not sent.
  const texts = literals.map(
    (literal, place) => `${literal.replaceAll(/\n\s*/g, "\n")}${textOf(parts[place] ?? "")}`,
  );
  return new Html(texts.join(""));
}

function textOf(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(({ text }) => text).join("");
  return String(part).replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

export const nothing = new Html("");

/** Prose with `code` and **strong** in it. */
export function prose(text: string): Html[] {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((piece) => {
    if (piece.startsWith("`")) return markup`<code>${piece.slice(1, -1)}</code>`;
    if (piece.startsWith("**")) return markup`<strong>${piece.slice(2, -2)}</strong>`;
    return markup`${piece}`;
  });
}
