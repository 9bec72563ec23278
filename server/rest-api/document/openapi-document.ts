import type { HttpErrorCode } from "@/server/http/error-answer";
import type { Route } from "@/server/http/route";
import type { Policy } from "@/server/policy/policy";
import * as z from "zod";
import type { GeneratedRoute } from "../generated-routes";
import type { JsonSchema } from "../json-schema";
import * as flatSchemas from "../written/flat-schemas";
import { routeDescriptions } from "../written/route-descriptions";
import { tagTexts } from "../written/tag-texts";
import { describeSchemas } from "./describe-schemas";
import { errorCodes } from "./error-codes";
import { guide } from "./guide";
import { nameSchemas } from "./named-schemas";
import type { Answer, OpenApiDocument, Operation, PathItem } from "./open-api";
import { describeGenerated, describeWritten, type Draft } from "./operation-drafts";
import { policyTexts } from "./policy-texts";

export interface DescribedRoutes {
  version: string;
  generated: readonly GeneratedRoute[];
  /** Routes that features wrote themselves. */
  written: readonly Pick<Route, "method" | "path" | "policy">[];
}

/** The shape of every error. */
const ApiError = z.object({
  error: z.object({
    code: z.enum(Object.keys(errorCodes)),
    message: z.string(),
    request_id: z.string(),
    fields: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  }),
});

/** Who a key or cookie may come from, by policy. */
const KEY = [{ bearer: [] }, { apiKey: [] }];
const SESSION = [{ session: [] }, { sessionOnHttp: [] }];
const ANY = [...KEY, ...SESSION];
const securities: Readonly<Record<Policy, Record<string, never[]>[]>> = {
  public: [],
  viewer: ANY,
  operator: ANY,
  admin: ANY,
  account: SESSION,
  ingest: KEY,
  services: ANY,
  metrics: [{}, ...ANY],
  prompts: ANY,
  tools: KEY,
};

/** Everything that REST answers, as OpenAPI 3.1: the same routes, the same text. */
export function openApiDocument({ version, generated, written }: DescribedRoutes): OpenApiDocument {
  const drafts = [
    ...generated.map(describeGenerated),
    ...written.map((route) =>
      describeWritten(route, routeDescriptions[`${route.method} ${route.path}`]),
    ),
  ].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.method < b.method ? -1 : 1));
  const uses = drafts.flatMap(({ uses }) => uses);
  const { schemas, components } = describeSchemas(nameSchemas({ ApiError, ...flatSchemas }), [
    ...uses,
    { name: "ApiError", schema: ApiError, io: "output" },
  ]);
  const schemaOf = new Map(uses.map((use, place) => [use, schemas[place] ?? {}]));
  const responses = errorAnswers();
  const paths: Record<string, PathItem> = {};
  for (const draft of drafts) {
    const operation = operationOf(draft, draft.complete({ schemaOf, components }));
    (paths[draft.path] ??= {})[draft.method] = operation;
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Sightline",
      version,
      description: guide
        .map(({ title, paragraphs }) => [`## ${title}`, ...paragraphs].join("\n\n"))
        .join("\n\n"),
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "The portal that this document came from" }],
    tags: tagsOf(drafts),
    paths,
    components: {
      schemas: usedOf(components, [paths, responses]),
      responses,
      securitySchemes,
    },
  };
}

/** Without those that only an input in an address refers to: there its fields stand as parameters. */
function usedOf(
  components: Record<string, JsonSchema>,
  from: readonly object[],
): Record<string, JsonSchema> {
  const used = new Set<string>();
  const follow = (part: object) => {
    for (const [, name = ""] of JSON.stringify(part).matchAll(
      /"#\/components\/schemas\/([^"]+)"/g,
    )) {
      if (used.has(name)) continue;
      used.add(name);
      follow(components[name] ?? {});
    }
  };
  from.forEach(follow);
  return Object.fromEntries(Object.entries(components).filter(([name]) => used.has(name)));
}

function operationOf(
  { operationId, tag, summary, description, policy, procedure, ...draft }: Draft,
  parts: ReturnType<Draft["complete"]>,
): Operation {
  const paragraphs = [description, `**Who:** ${policyTexts[policy]}`];
  if (procedure !== null) paragraphs.push(`The same as \`${procedure}\` of tRPC.`);
  return {
    operationId,
    tags: [tag],
    summary,
    description: paragraphs.filter((text) => text !== "").join("\n\n"),
    ...(parts.parameters.length > 0 && { parameters: parts.parameters }),
    ...(parts.body && {
      requestBody: { required: true, content: { [draft.bodyContentType]: parts.body } },
    }),
    responses: {
      ...parts.answers,
      ...errorsOf({ policy, ...draft }, Object.keys(parts.answers)),
    },
    security: securities[policy],
    "x-policy": policy,
    ...(procedure !== null && { "x-procedure": procedure }),
  };
}

/** Which errors an operation may answer; what it describes itself stays. */
function errorsOf(
  { policy, method, hasInput }: Pick<Draft, "policy" | "method" | "hasInput">,
  described: readonly string[],
): Record<string, { $ref: string }> {
  const isPublic = policy === "public";
  const codes: HttpErrorCode[] = [
    // A public change refuses too: other sites, and what it is proven with (password, setup code).
    ...(isPublic && method === "get" ? [] : (["UNAUTHENTICATED", "FORBIDDEN"] as const)),
    ...(hasInput ? (["NOT_FOUND", "INVALID"] as const) : []),
    ...(method === "post" ? (["TOO_LARGE", "UNSUPPORTED"] as const) : []),
    "TOO_MANY",
    "INTERNAL",
    "UNAVAILABLE",
  ];
  const rows = codes.map((code) => [String(errorCodes[code].status), code] as const);
  return Object.fromEntries(
    rows
      .filter(([status]) => !described.includes(status))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([status, code]) => [status, { $ref: `#/components/responses/${code}` }]),
  );
}

function errorAnswers(): Record<string, Answer> {
  const schema = { $ref: "#/components/schemas/ApiError" };
  return Object.fromEntries(
    Object.entries(errorCodes).map(([code, { status, meaning }]) => {
      const request_id = "0192f0c4a7b84c0e";
      const fields = code === "INVALID" ? { fields: [{ field: "limit", message: meaning }] } : {};
      const example = { error: { code, message: meaning, request_id, ...fields } };
      const description = `${status} ${code}: ${meaning}`;
      return [code, { description, content: { "application/json": { schema, example } } }];
    }),
  );
}

function tagsOf(drafts: readonly Draft[]): OpenApiDocument["tags"] {
  const used = new Set(drafts.map(({ tag }) => tag));
  const known = Object.keys(tagTexts).filter((tag) => used.has(tag));
  const unknown = [...used].filter((tag) => !Object.hasOwn(tagTexts, tag)).sort();
  return [...known, ...unknown].map((name) => ({ name, description: tagTexts[name] ?? "" }));
}

const securitySchemes: Readonly<Record<string, object>> = {
  bearer: { type: "http", scheme: "bearer", description: "An API key." },
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key", description: "An API key." },
  session: {
    type: "apiKey",
    in: "cookie",
    name: "__Host-sightline",
    description: "The session of a browser that came by https.",
  },
  sessionOnHttp: {
    type: "apiKey",
    in: "cookie",
    name: "sightline",
    description: "The session of a browser that came by plain http.",
  },
};
