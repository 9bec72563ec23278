import { AppError } from "@/server/errors";

const AT_ONCE = 4;
const MOST_WAITING = 1_000;

/** A few requests to one server at a time, in the order in which they came. */
export class RequestSlots {
  readonly #name: string;
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** One result an item, in order. Rejects with the first failure, and TOO_MANY when too many wait already. */
  async all<Item, Result>(
    items: readonly Item[],
    signal: AbortSignal,
    work: (item: Item) => Promise<Result>,
  ): Promise<Result[]> {
    if (this.#waiting.size + items.length > MOST_WAITING + AT_ONCE)
      throw new AppError(
        "TOO_MANY",
        `Too many texts wait for the model server ${this.#name}. Try again in a few seconds.`,
        { retryAfterSeconds: 5 },
      );
    return Promise.all(
      items.map(async (item) => {
        await this.#enter(signal);
        try {
          return await work(item);
        } finally {
          this.#leave();
        }
      }),
    );
  }

  async #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#running < AT_ONCE) {
      this.#running += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.delete(enter);
        reject(signal.reason as Error);
      };
      this.#waiting.add(enter);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  /** The place goes on to who has waited longest. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next) {
      this.#waiting.delete(next);
      next();
    } else this.#running -= 1;
  }
}
