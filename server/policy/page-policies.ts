import type { Policy } from "./policy";

/** Who may open a page. A built page that is missing here fails the build. Pages hold no data: procedures guard that. */
export const pagePolicies: Readonly<Record<string, Policy>> = {
  "/": "viewer",
  "/gpu": "viewer",
  "/gpus": "viewer",
  "/icon.svg": "public",
};
