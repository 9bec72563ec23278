import type { MeasuredError } from "@/domain/tokens/usage-report";
import type { CountingErrors } from "@/server/tokens";
import { methodKeyOf } from "./compare-calls";

/** What is known of the errors of methods, in memory: every count asks for it. */
export interface ErrorBook extends CountingErrors {
  /** Reads it anew. */
  refresh(): Promise<void>;
}

export function createErrorBook(read: () => Promise<readonly MeasuredError[]>): ErrorBook {
  let known = new Map<string, MeasuredError>();
  return {
    errorOf(model, { kind, name }) {
      const error = known.get(methodKeyOf({ model, methodKind: kind, methodName: name }));
      return error ? { errorPercent: error.errorPercent, calls: error.calls } : null;
    },
    async refresh() {
      const errors = await read();
      known = new Map(errors.map((error) => [methodKeyOf(error), error]));
    },
  };
}
