export type * from "./token-services";
export { tokensRoutes } from "./routes";
export type { TokensContext } from "./tokens-context";
export { createTokensFeature } from "./tokens-feature";
