import { Validator } from "@seriousme/openapi-schema-validator";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { startTestHttp } from "@/fixtures/start-test-http";
import { AppError, type AppErrorCode } from "@/server/errors";
import { httpErrorOf } from "@/server/http/error-answer";
import { logger } from "@/server/logger";
import { listPolicies } from "@/server/main";
import type { Declaration } from "@/server/policy/policy";
import type { Context } from "@/server/trpc/context";
import { TRPC_PREFIX, createTrpcHandler } from "@/server/trpc/handle-trpc-request";
import { appRouter } from "@/server/trpc/root";
import { createTRPCRouter, publicProcedure } from "@/server/trpc/trpc";
import { createRestApi } from "./create-rest-api";
import { docsPage, docsPolicy } from "./docs-page/docs-page";
import { errorCodes } from "./document/error-codes";
import type { Answer, OpenApiDocument, Operation } from "./document/open-api";
import { openApiDocument } from "./document/openapi-document";
import { tagTexts } from "./written/tag-texts";
import { type GeneratedRoute, generatedRoutes } from "./generated-routes";
import { listProcedures } from "./list-procedures";
import { restPathOf } from "./rest-address";
import { procedureTexts } from "./written/procedure-texts";
import { routeDescriptions } from "./written/route-descriptions";

const features = {} as unknown as Context;
let declared: Declaration[];
let generated: GeneratedRoute[];
let make: () => OpenApiDocument;
let document: OpenApiDocument;

beforeAll(async () => {
  logger.level = "silent";
  declared = await listPolicies();
  generated = generatedRoutes({ router: appRouter, features, nowMs: Date.now }, []);
  const addresses = new Set(generated.map(({ method, path }) => `${method} ${path}`));
  const written = declared
    .filter(({ kind, name }) => kind === "route" && !addresses.has(name))
    .map(({ name, policy }) => {
      const [method, path = ""] = name.split(" ");
      return { method: method as "GET" | "POST", path, policy };
    });
  make = () => openApiDocument({ version: "1.2.3", generated, written });
  document = make();
});

const operations = (): { name: string; operation: Operation }[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );

describe("the document", () => {
  test("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    const result = await validator.validate(
      JSON.parse(JSON.stringify(document)) as Record<string, unknown>,
    );
    expect(result).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
  });

  test("describes every route of the registry with its policy, and nothing else", () => {
    const routes = declared.filter(({ kind }) => kind === "route");
    expect(routes.length).toBeGreaterThan(40);
    expect(
      operations()
        .map(({ name, operation }) => `${name} ${operation["x-policy"]}`)
        .sort(),
    ).toEqual(routes.map(({ name, policy }) => `${name} ${policy}`).sort());
  });

  test("every procedure has an address of its own, or one that a feature wrote", () => {
    const routes = new Set(
      declared.filter(({ kind }) => kind === "route").map(({ name }) => name.split(" ")[1]),
    );
    const procedures = declared.filter(({ kind }) => kind === "procedure");
    expect(procedures.filter(({ name }) => !routes.has(restPathOf(name)))).toEqual([]);
  });

  test("every procedure has its words, and every word its procedure (procedure-texts.ts)", () => {
    const procedures = declared.filter(({ kind }) => kind === "procedure");
    expect(Object.keys(procedureTexts).sort()).toEqual(procedures.map(({ name }) => name).sort());
  });

  test("every route that is not generated is described, and every description has its route", () => {
    const addresses = new Set(generated.map(({ method, path }) => `${method} ${path}`));
    const written = declared
      .filter(({ kind, name }) => kind === "route" && !addresses.has(name))
      .map(({ name }) => name);
    expect(Object.keys(routeDescriptions).sort()).toEqual(written.sort());
  });

  test("no two operations have one name, and every group has a line", () => {
    const names = operations().map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z][a-zA-Z]+$/.test(name))).toEqual([]);
    for (const { name } of document.tags) expect(tagTexts).toHaveProperty(name);
  });

  test("names that clients are generated from stay", () => {
    const names = operations().map(({ name, operation }) => `${operation.operationId} ${name}`);
    expect(names).toEqual(
      expect.arrayContaining([
        "gpuLatest GET /api/gpu/latest",
        "gpuHistory GET /api/gpu/history",
        "gpuPressureWebhooksCreate POST /api/gpu/pressure-webhooks/create",
        "inferenceReport POST /api/inference/report",
        "keysCreate POST /api/keys/create",
        "keysRevoke POST /api/keys/revoke",
        "getSystemGpu GET /api/system/gpu",
        "getSystemGpuHistory GET /api/system/gpu/history",
        "getSystemGpuPressure GET /api/system/gpu/pressure",
      ]),
    );
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(["ApiError", "ApiKey", "GpuFleet", "GpuHistory", "GpuSample"]),
    );
  });

  test("is the same text each time", () => {
    expect(JSON.stringify(make())).toBe(JSON.stringify(document));
  });

  test("every reference leads to something, and nothing is described that nobody uses", () => {
    const text = JSON.stringify(document);
    const used = new Set([...text.matchAll(/"\$ref":"#\/components\/([^"]+)"/g)].map((m) => m[1]));
    const { schemas, responses } = document.components;
    const there = [
      ...Object.keys(schemas).map((name) => `schemas/${name}`),
      ...Object.keys(responses).map((name) => `responses/${name}`),
    ];
    expect([...used].filter((name) => !there.includes(name ?? ""))).toEqual([]);
    expect(Object.keys(schemas).filter((name) => !used.has(`schemas/${name}`))).toEqual([]);
  });

  test("says what each code of an error means, with the status that the server sends", () => {
    for (const [code, { status }] of Object.entries(errorCodes)) {
      if (["METHOD_NOT_ALLOWED", "UNSUPPORTED", "INTERNAL"].includes(code)) continue;
      expect(httpErrorOf(new AppError(code as AppErrorCode, "x")).status, code).toBe(status);
    }
    expect(httpErrorOf(new Error("x"))).toMatchObject({ status: errorCodes.INTERNAL.status });
    for (const { name, operation } of operations()) {
      if (operation["x-policy"] === "public" && name.startsWith("GET ")) continue;
      expect(Object.keys(operation.responses), name).toEqual(
        expect.arrayContaining(["401", "403", "500"]),
      );
      if (operation["x-policy"] === "public") continue;
      expect(operation.security.length, name).toBeGreaterThan(0);
    }
  });
});

/** The example of what an operation answers as JSON, if it does. */
function answeredBy(operation: Operation | undefined, status = "200"): unknown {
  const answer: Answer | { $ref: string } | undefined = operation?.responses[status];
  return answer && "content" in answer ? answer.content["application/json"]?.example : undefined;
}

const bodyOf = (operation: Operation | undefined): unknown =>
  operation?.requestBody?.content["application/json"]?.example;

/** The parameters that have an example: as an input, and as they stand in an address. */
function parametersOf(operation: Operation | undefined) {
  const shown = (operation?.parameters ?? []).filter(({ example }) => example !== undefined);
  const pairs = shown.flatMap(({ name, example }) =>
    [example].flat().map((value) => [name, JSON.stringify(value).replaceAll('"', "")]),
  );
  return {
    input: Object.fromEntries(shown.map(({ name, example }) => [name, example])),
    query: new URLSearchParams(pairs).toString(),
  };
}

const operationOf = (procedure: string) =>
  operations().find(({ operation }) => operation["x-procedure"] === procedure)?.operation;

const issuesOf = (schema: z.ZodType | null | undefined, value: unknown) =>
  schema?.safeParse(value).error?.issues ?? [];

describe("examples", () => {
  test("of procedures are valid: what is sent, and what is answered", () => {
    for (const { procedure } of generated) {
      const operation = operationOf(procedure.path);
      const input = bodyOf(operation) ?? parametersOf(operation).input;
      expect(issuesOf(procedure.input, input), `the input of ${procedure.path}`).toEqual([]);
      const answer = answeredBy(operation);
      expect(issuesOf(procedure.output, answer), `the answer of ${procedure.path}`).toEqual([]);
    }
  });

  test.each(Object.entries(routeDescriptions))("of %s are valid", (name, description) => {
    const operation = operations().find((one) => one.name === name)?.operation;
    // A body that is no JSON has no example.
    if (description.bodyContentType === undefined)
      expect(issuesOf(description.body, bodyOf(operation))).toEqual([]);
    for (const { status, schema, contentType } of description.answers)
      if (contentType === undefined)
        expect(issuesOf(schema, answeredBy(operation, String(status)))).toEqual([]);
    for (const { name: parameter, schema, example } of description.parameters ?? [])
      if (example !== undefined) expect(issuesOf(schema, example), parameter).toEqual([]);
  });
});

test("a change refuses a field that it does not know, so that a wrong name changes nothing", () => {
  // What machines send may come from a newer version than this one.
  const changes = listProcedures(appRouter).filter(
    ({ type, policy, input }) => type === "mutation" && policy !== "ingest" && input !== null,
  );
  expect(changes.length).toBeGreaterThan(10);
  for (const { path, input } of changes) {
    const example = bodyOf(operationOf(path)) as object;
    expect(issuesOf(input, { ...example, isDisabledd: true }), path).toMatchObject([
      { code: "unrecognized_keys", keys: ["isDisabledd"] },
    ]);
  }
});

describe("the same answer by tRPC and by REST, for every procedure there is", () => {
  /** A router like the real one, with verbs that answer the example of the document and keep what they were given. */
  function mirror(given: unknown[]) {
    const tree: Record<string, unknown> = {};
    for (const { path, type, input, output } of listProcedures(appRouter)) {
      const answer = answeredBy(operationOf(path));
      const verb = (call: { input: unknown }) => {
        given.push(call.input);
        return answer;
      };
      const base = (input ? publicProcedure.input(input) : publicProcedure).output(output);
      const segments = path.split(".");
      const last = segments.pop() ?? "";
      let at = tree;
      for (const segment of segments) at = (at[segment] ??= {}) as typeof at;
      at[last] = type === "query" ? base.query(verb) : base.mutation(verb);
    }
    return createTRPCRouter(tree as Record<string, never>);
  }

  const post = (value: unknown): RequestInit => ({
    method: "POST",
    headers: { "content-type": "application/json" },
    ...(value !== undefined && { body: JSON.stringify(value) }),
  });

  test("each example input reaches the verb in the same form, and comes back the same", async () => {
    const given: unknown[] = [];
    const shared = { router: mirror(given), features, nowMs: Date.now };
    const routes = createRestApi({ ...shared, version: "1", existing: [] });
    const handle = createTrpcHandler({ ...shared, logger });
    const http = await startTestHttp({ routes, trpc: { prefix: TRPC_PREFIX, handle } });
    const byRest = async ({ method, path, procedure }: GeneratedRoute) => {
      const operation = operationOf(procedure.path);
      const { query } = parametersOf(operation);
      return method === "GET"
        ? fetch(`${http.origin}${path}?${query}`)
        : fetch(`${http.origin}${path}`, post(bodyOf(operation)));
    };
    const byTrpc = async ({ procedure: { path, type, input: schema } }: GeneratedRoute) => {
      const operation = operationOf(path);
      const input = schema ? (bodyOf(operation) ?? parametersOf(operation).input) : undefined;
      const address = `${http.origin}${TRPC_PREFIX}${path}`;
      if (type === "mutation") return fetch(address, post(input));
      const text = JSON.stringify(input) as string | undefined;
      return fetch(text === undefined ? address : `${address}?input=${encodeURIComponent(text)}`);
    };
    try {
      expect(generated.length).toBeGreaterThan(30);
      for (const route of generated) {
        const { path } = route.procedure;
        const rest = await byRest(route);
        const trpc = (await (await byTrpc(route)).json()) as { result?: { data: unknown } };
        expect(trpc.result, path).toBeDefined();
        expect(rest.status, path).toBe(200);
        expect((await rest.json()) as unknown, path).toEqual(trpc.result?.data);
        const [ofTrpc, ofRest] = [given.pop(), given.pop()];
        expect(ofRest, path).toEqual(ofTrpc);
      }
    } finally {
      await http.stop();
    }
  });
});

describe("the page", () => {
  let page: string;
  beforeAll(() => {
    page = docsPage(document);
  });

  test("has every operation and schema under an anchor, and no link that leads nowhere", () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...page.matchAll(/ href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.filter((id) => !ids.includes(id))).toEqual([]);
    expect(ids).toEqual(
      expect.arrayContaining(operations().map((one) => one.operation.operationId)),
    );
    for (const name of Object.keys(document.components.schemas))
      expect(ids).toContain(`schema-${name}`);
  });

  test("asks for nothing from outside, and runs nothing", () => {
    expect(page).not.toMatch(/<script|<img|<link|<iframe|\son[a-z]+=|\sstyle=|url\(|@import/i);
    const links = [...page.matchAll(/ href="([^"]+)"/g)].map(([, href = ""]) => href);
    expect(links.filter((href) => !/^(#|\/(?!\/))/.test(href))).toEqual([]);
    expect(docsPolicy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; /);
  });

  test("shows the policy, a command to try and the codes of errors", () => {
    expect(page).toContain("Policy <code>viewer</code>");
    expect(page).toContain(
      "curl &quot;$SIGHTLINE_URL/api/gpu/latest&quot; \\\n  -H &quot;Authorization: Bearer $SIGHTLINE_API_KEY&quot;",
    );
    for (const code of Object.keys(errorCodes)) expect(page).toContain(`<code>${code}</code>`);
  });

  test("text that looks like HTML stays text", () => {
    const bad = structuredClone(document);
    const latest = bad.paths["/api/gpu/latest"]?.get;
    if (latest) latest.summary = `<script>alert("x")</script>`;
    expect(docsPage(bad)).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;");
  });
});

test("bytes, ETag and policy of the two addresses", async () => {
  const routes = createRestApi({
    router: appRouter,
    features,
    nowMs: Date.now,
    version: "1",
    existing: [],
  });
  const http = await startTestHttp({ routes });
  try {
    for (const [path, type] of [
      ["/api/openapi.json", "application/json; charset=utf-8"],
      ["/api/docs", "text/html; charset=utf-8"],
    ] as const) {
      const first = await fetch(`${http.origin}${path}`);
      expect(first.headers.get("content-type")).toBe(type);
      expect(first.headers.get("cache-control")).toBe("private, no-cache");
      const etag = first.headers.get("etag") ?? "";
      expect((await first.text()).length).toBeGreaterThan(10_000);
      const again = await fetch(`${http.origin}${path}`, { headers: { "if-none-match": etag } });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe("");
      const other = await fetch(`${http.origin}${path}`, { headers: { "if-none-match": '"x"' } });
      expect(other.status).toBe(200);
    }
    const page = await fetch(`${http.origin}/api/docs`);
    expect(page.headers.get("content-security-policy")).toBe(docsPolicy);
    expect(
      z
        .object({ openapi: z.literal("3.1.1") })
        .safeParse(await (await fetch(`${http.origin}/api/openapi.json`)).json()).success,
    ).toBe(true);
  } finally {
    await http.stop();
  }
});
