export { createTokenizersFeature } from "./tokenizers-feature";
export type { TokenizersContext } from "./tokenizers-context";
export { createTokenizerStore } from "./tokenizer-store";
export { tokenizerRoutes } from "./routes";
