import { formatDecimals } from "../units/format-number";
import type { CountMethod } from "./count-method";

/**
 * How tokens were counted, in a table's words: `server llama-1 /tokenize`, `tokenizer.json qwen2.5, exact`, `tiktoken cl100k_base ±2.1 %`,
 * `characters ÷ 4, error not measured`. An encoding is exact for itself only, so of another model's prompt the measured error is said.
 */
export function methodText({ kind, name, errorPercent }: CountMethod): string {
  const error = errorPercent === null ? "" : ` ±${formatDecimals(Math.abs(errorPercent), 1)} %`;
  switch (kind) {
    case "server":
      return `server ${name} /tokenize${error}`;
    case "tokenizer":
      return `tokenizer.json ${name}${error === "" ? ", exact" : error}`;
    case "encoding":
      return `tiktoken ${name}${error === "" ? ", error not measured" : error}`;
    case "estimate":
      return `characters ÷ 4${error === "" ? ", error not measured" : error}`;
  }
}
