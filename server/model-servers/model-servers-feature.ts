import type { ModelServerCounts } from "@/server/tokens";
import type { ModelServersContext } from "./model-servers-context";
import { ServerCounter, type ServerCounterOptions } from "./server-counter";

export interface ModelServersFeature {
  context: ModelServersContext;
  /** For who counts. */
  counts: ModelServerCounts;
}

/** Model servers that count with their own tokenizer. */
export function createModelServersFeature(options: ServerCounterOptions): ModelServersFeature {
  const counter = new ServerCounter(options);
  return { context: { store: options.store, counter }, counts: counter };
}
