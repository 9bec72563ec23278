import type { Logger } from "./logger";

/** Ends things in the reverse order of their start, within a limit for all of them together. */
export class Shutdown {
  readonly #ends: { name: string; end: () => void | Promise<void> }[] = [];
  readonly #logger: Logger;
  #run: Promise<void> | null = null;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(name: string, end: () => void | Promise<void>): void {
    this.#ends.push({ name, end });
  }

  /** Never rejects: what fails or hangs is logged and the rest is ended all the same. A second call waits for the first. */
  run(limitMs: number): Promise<void> {
    this.#run ??= this.#endAll(Date.now() + limitMs);
    return this.#run;
  }

  async #endAll(deadlineMs: number): Promise<void> {
    while (this.#ends.length > 0) {
      const next = this.#ends.pop();
      if (!next) return;
      // Each may use what is left, less a share for those that come after it.
      const leftMs = Math.max(deadlineMs - Date.now(), 0);
      const limitMs = this.#ends.length === 0 ? leftMs : (leftMs * 2) / 3;
      await this.#endOne(next, limitMs);
    }
  }

  async #endOne(
    { name, end }: { name: string; end: () => void | Promise<void> },
    limitMs: number,
  ): Promise<void> {
    const startedAtMs = Date.now();
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<"late">((resolve) => {
      timer = setTimeout(resolve, limitMs, "late");
    });
    try {
      const outcome = await Promise.race([Promise.resolve(end()), limit]);
      if (outcome === "late") this.#logger.warn({ part: name }, "A part did not end in time");
      else this.#logger.debug({ part: name, durationMs: Date.now() - startedAtMs }, "Ended");
    } catch (error) {
      this.#logger.warn({ err: error, part: name }, "A part did not end well");
    } finally {
      clearTimeout(timer);
    }
  }
}
