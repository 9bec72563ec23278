import type { Policy } from "@/server/policy/policy";
import type { JsonSchema } from "../json-schema";

// The part of OpenAPI 3.1 (spec.openapis.org/oas/v3.1.1) that the document uses.

export interface Parameter {
  name: string;
  in: "query" | "header";
  required: boolean;
  description?: string;
  /** Lists are repeated: `form` with `explode`, the usual of a query. */
  schema: JsonSchema;
  example?: unknown;
}

export interface MediaType {
  schema?: JsonSchema;
  example?: unknown;
}

export interface Answer {
  description: string;
  content?: Record<string, MediaType>;
}

export interface Operation {
  operationId: string;
  tags: [string];
  summary: string;
  description: string;
  parameters?: Parameter[];
  requestBody?: { required: true; content: Record<string, MediaType> };
  responses: Record<string, Answer | { $ref: string }>;
  security: Record<string, never[]>[];
  "x-policy": Policy;
  /** Of a generated operation: the name in tRPC. */
  "x-procedure"?: string;
}

export type PathItem = Partial<Record<"get" | "post", Operation>>;

export interface OpenApiDocument {
  openapi: "3.1.1";
  info: { title: string; version: string; description: string; license: object };
  servers: { url: string; description: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, PathItem>;
  components: {
    schemas: Record<string, JsonSchema>;
    responses: Record<string, Answer>;
    securitySchemes: Record<string, object>;
  };
}
