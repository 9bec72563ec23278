import type { Logger } from "pino";

/** Who wants to hear of a thing. One that throws is logged and does not keep the others from hearing. */
export function createListeners<T>(logger: Pick<Logger, "warn">) {
  const listeners = new Set<(value: T) => void>();
  return {
    /** Answers a function that takes the listener out again. */
    add: (listener: (value: T) => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send(value: T): void {
      for (const listener of listeners) {
        try {
          listener(value);
        } catch (error) {
          logger.warn({ err: error }, "a listener failed");
        }
      }
    },
  };
}
