import * as z from "zod";
import type { RouteDescriptions } from "./route-description";

export const auditRoutes: RouteDescriptions = {
  "GET /api/audit/export": {
    operationId: "exportAudit",
    tag: "audit",
    summary: "The audit as a file, streamed, oldest first",
    description: "X-Total-Rows says how many rows will come. The filters are those of audit.list.",
    parameters: [
      {
        name: "format",
        schema: z.enum(["csv", "ndjson"]),
        isRequired: true,
        description: "ndjson is one object a line.",
        example: "csv",
      },
      {
        name: "actorName",
        schema: z.string().max(254),
        description: "Exactly this name.",
        example: "ada@example.org",
      },
      {
        name: "action",
        schema: z.string().max(80),
        description: "This action, or all that begin with it and a dot.",
        example: "key",
      },
      { name: "fromMs", schema: z.int().min(0), description: "Not before this time." },
      { name: "toMs", schema: z.int().min(0), description: "Before this time." },
    ],
    answers: [
      { status: 200, description: "The rows", contentType: "text/csv", schema: z.string() },
    ],
  },
};
