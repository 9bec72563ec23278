import * as z from "zod";
import type { RouteDescriptions } from "./route-description";

export const identityRoutes: RouteDescriptions = {
  "GET /api/auth/oidc/start": {
    operationId: "startOidc",
    tag: "identity",
    summary: "Sends a browser to the OpenID provider",
    parameters: [
      {
        name: "return_to",
        schema: z.string(),
        description: "The page to come back to, a path of this portal.",
        example: "/gpus",
      },
    ],
    answers: [
      {
        status: 303,
        description:
          "To the provider; to /sign-in?problem=… when there is none, or it does not answer",
      },
    ],
  },
  "GET /api/auth/oidc/callback": {
    operationId: "finishOidc",
    tag: "identity",
    summary: "Takes what the OpenID provider sends the browser back with, and signs in",
    parameters: [
      { name: "code", schema: z.string(), description: "By the provider." },
      { name: "state", schema: z.string(), description: "As it was given to the provider." },
    ],
    answers: [
      {
        status: 303,
        description:
          "To the page that was asked for, with the session as a cookie; to /sign-in?problem=… when nobody was signed in",
      },
    ],
  },
};
