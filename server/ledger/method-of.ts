import type { CountMethod } from "@/domain/tokens/count-method";
import type { CountingErrors } from "@/server/tokens";

/** A method as it is shown: with its error as it is measured now, over all calls, not as it was when it counted. */
export function methodOf(
  errorOf: CountingErrors["errorOf"],
  model: string,
  { kind, name, warning }: Pick<CountMethod, "kind" | "name" | "warning">,
): CountMethod {
  const error = errorOf(model, { kind, name });
  return {
    kind,
    name,
    warning,
    errorPercent: error?.errorPercent ?? null,
    measuredCalls: error?.calls ?? 0,
  };
}
