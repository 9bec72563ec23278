/** The encodings of tiktoken that are known here. Free of zod: the browser counts with them, too. */
export const encodings = ["cl100k_base", "o200k_base", "p50k_base", "r50k_base"] as const;
export type Encoding = (typeof encodings)[number];

/** What an unknown name is counted with, with a warning. */
export const DEFAULT_ENCODING: Encoding = "cl100k_base";

export function isEncoding(name: string): name is Encoding {
  return encodings.some((encoding) => encoding === name);
}
