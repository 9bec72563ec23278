import type { ModelServerStore } from "./model-server-store";
import type { ServerCounter } from "./server-counter";

/** What the verbs of model servers need. */
export interface ModelServersContext {
  store: ModelServerStore;
  counter: Pick<ServerCounter, "test" | "forget">;
}
