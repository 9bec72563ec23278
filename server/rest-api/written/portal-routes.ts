import * as z from "zod";
import type { RouteDescription, RouteDescriptions } from "./route-description";

const metrics: Omit<RouteDescription, "operationId"> = {
  tag: "metrics",
  summary: "All metrics of the portal and of the GPUs, for Prometheus",
  answers: [
    {
      status: 200,
      description: "OpenMetrics text",
      contentType: "application/openmetrics-text",
      schema: z.string(),
    },
  ],
};

export const portalRoutes: RouteDescriptions = {
  "GET /metrics": { operationId: "getMetrics", ...metrics },
  "GET /api/metrics": { operationId: "getApiMetrics", ...metrics },
  "POST /api/mcp": {
    operationId: "postMcp",
    tag: "tools",
    summary: "MCP over streamable HTTP, for programs that work with a language model",
    description:
      "One message of JSON-RPC a request, one JSON answer; without sessions. docs/api.md tells the tools.",
    body: z.looseObject({ jsonrpc: z.literal("2.0"), method: z.string() }),
    answers: [
      {
        status: 200,
        description: "The answer of JSON-RPC",
        schema: z.looseObject({ jsonrpc: z.literal("2.0") }),
      },
      { status: 202, description: "Taken; a notification has no answer" },
    ],
  },
  "GET /api/openapi.json": {
    operationId: "getOpenApi",
    tag: "documentation",
    summary: "This document",
    answers: [
      {
        status: 200,
        description: "OpenAPI 3.1, with an ETag",
        schema: z.looseObject({ openapi: z.string() }),
      },
      { status: 304, description: "The text with the ETag of If-None-Match is still this one" },
    ],
  },
  "GET /api/docs": {
    operationId: "getDocs",
    tag: "documentation",
    summary: "This document as a page for people",
    answers: [
      {
        status: 200,
        description: "A page without scripts",
        contentType: "text/html",
        schema: z.string(),
      },
    ],
  },
};
