import { budgetDayOf } from "@/domain/tokens/budget-day";
import type { BudgetMarkReached } from "@/domain/tokens/token-budget";
import type { BudgetMarkStore } from "./budget-mark-store";

interface BudgetWatchOptions {
  store: Pick<BudgetMarkStore, "reach">;
  timeZone: string;
  onMark: (mark: BudgetMarkReached) => void;
  nowMs: () => number;
}

/** Looks whether budgets have reached a mark: after reports of this portal, and now and then, as other portals take reports too. */
export class BudgetWatch {
  readonly #options: BudgetWatchOptions;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(options: BudgetWatchOptions) {
    this.#options = options;
  }

  /** Resolves when all that was committed before the call is looked at. Calls that come while one waits share it. */
  check(): Promise<void> {
    if (!this.#running) return this.#start();
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = null;
        return this.#start();
      });
    return this.#next;
  }

  #start(): Promise<void> {
    const running = this.#look().finally(() => {
      if (this.#running === running) this.#running = null;
    });
    this.#running = running;
    return running;
  }

  /** Yesterday too: a report may be a day late. */
  async #look(): Promise<void> {
    const { store, timeZone, onMark, nowMs } = this.#options;
    const atMs = nowMs();
    const today = budgetDayOf(atMs, timeZone);
    const yesterday = budgetDayOf(today.startMs - 1, timeZone);
    for (const { day, endMs } of [yesterday, today])
      for (const mark of await store.reach({ day, endMs, nowMs: atMs })) onMark(mark);
  }
}
