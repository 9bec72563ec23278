const MAX_LINE_LENGTH = 64 * 1024;

/** Cuts a stream of text into lines. A line that is too long is dropped whole, so memory stays bounded. */
export class LineSplitter {
  #rest = "";
  #isDropping = false;

  push(text: string): string[] {
    const parts = text.split("\n");
    const last = parts.pop() ?? "";
    const lines: string[] = [];
    for (const part of parts) {
      const line = this.#rest + part;
      if (!this.#isDropping && line.length <= MAX_LINE_LENGTH) lines.push(line);
      this.#rest = "";
      this.#isDropping = false;
    }
    this.#rest += last;
    if (this.#rest.length > MAX_LINE_LENGTH) {
      this.#rest = "";
      this.#isDropping = true;
    }
    return lines;
  }

  /** The last line when it has no end; null when there is none. */
  end(): string | null {
    const rest = this.#isDropping || this.#rest === "" ? null : this.#rest;
    this.#rest = "";
    return rest;
  }
}
