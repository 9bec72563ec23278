import type { PieceCounts } from "./token-encoder";

/** A stretch of a prompt: a section, or nameless text between sections, which is never removed. */
export interface PromptPart {
  name: string | null;
  text: string;
  /** As it stands in the prompt; left out: made from the name. */
  title?: string;
  /** The lowest goes first; left out: the place in the list. */
  priority?: number | undefined;
  /** Never removed; left out: as the list says, and instructions are kept. */
  required?: boolean | undefined;
}

/** What a prompt is counted with. The counts are those of `TokenEncoder`; a counter may be far away. */
export interface PromptCounter {
  /** A count a text. */
  count(texts: readonly string[]): Promise<readonly number[]>;
  /** Null where pieces depend on what came before them, or only whole texts can be counted. */
  countPieces(text: string): Promise<PieceCounts | null>;
}
