/**
 * Every page and every file beside the pages; one that is built and missing here fails the build. All are public: they are
 * static shells without data, and who may see data is decided by the procedures, routes and rooms that give it.
 */
export const pagePolicies: Readonly<Record<string, "public">> = {
  "/": "public",
  "/account": "public",
  "/admin": "public",
  "/gpu": "public",
  "/gpus": "public",
  "/icon.svg": "public",
  "/setup": "public",
  "/sign-in": "public",
  "/tokens": "public",
  "/tokens/budgets": "public",
  "/tokens/ledger": "public",
  "/tokens/models": "public",
  "/tokens/playground": "public",
};
