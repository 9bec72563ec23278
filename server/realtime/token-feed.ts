import type { BudgetMarkReached } from "@/domain/tokens/token-budget";
import type { SilentCut } from "@/domain/tokens/usage-report";

/** What the sockets need of token usage. Both subscriptions answer the function that ends them. */
export interface TokenFeed {
  onCut(listener: (cut: SilentCut) => void): () => void;
  onBudgetMark(listener: (mark: BudgetMarkReached) => void): () => void;
}
