import type * as z from "zod";

export interface DescribedParameter {
  name: string;
  in?: "query" | "header";
  /** As it is sent: text, or a number. */
  schema: z.ZodType;
  isRequired?: boolean;
  /** May be given several times. */
  isRepeated?: boolean;
  description: string;
  example?: string | number | boolean;
}

export interface DescribedAnswer {
  status: number;
  description: string;
  /** JSON when it is left out. */
  contentType?: string;
  schema?: z.ZodType;
}

/** What the document says of a route that a feature wrote itself. */
export interface RouteDescription {
  /** The name of its operation, which clients are generated from: it never changes. */
  operationId: string;
  tag: string;
  /** One line. */
  summary: string;
  description?: string;
  parameters?: readonly DescribedParameter[];
  body?: z.ZodType;
  /** Of the body; JSON when it is left out. */
  bodyContentType?: string;
  answers: readonly DescribedAnswer[];
}

/** By method and address: `GET /api/system/gpu`. */
export type RouteDescriptions = Readonly<Record<string, RouteDescription>>;
