export { createCredentialStore } from "./credential-store";
export { createIdentityFeature, type IdentityFeature } from "./identity-feature";
export type { IdentityContext } from "./identity-context";
export { createOidcRoutes } from "./oidc-feature";
export { oidcRoutes } from "./oidc-routes";
export { startUserAccounts } from "./user-accounts";
