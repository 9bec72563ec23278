import type { AnyTRPCRouter } from "@trpc/server";
import { errorAnswer } from "@/server/http/error-answer";
import type { Route, RouteRequest } from "@/server/http/route";
import { bodyOfProcedures } from "@/server/trpc/body-of-procedures";
import type { Context, RequestContext } from "@/server/trpc/context";
import { callProcedure } from "./call-procedure";
import { type FlatFields, flatFieldsOf, readFlatInput } from "./flat-input";
import { type ListedProcedure, listProcedures } from "./list-procedures";
import { restPathOf } from "./rest-address";

export interface RestApiOptions {
  router: AnyTRPCRouter;
  features: Omit<Context, keyof RequestContext>;
  nowMs: () => number;
}

export interface GeneratedRoute extends Route {
  procedure: ListedProcedure;
  /** The parameters of a GET; null of a POST, which takes JSON. */
  parameters: FlatFields | null;
}

/**
 * A REST address for each procedure of the router: GET for a query whose input fits into an address, POST with a JSON body for all
 * else. Where a route of `existing` has the address and method already, that one stays.
 */
export function generatedRoutes(
  options: RestApiOptions,
  existing: readonly Pick<Route, "method" | "path">[],
): GeneratedRoute[] {
  const taken = new Set(existing.map(({ method, path }) => `${method} ${path}`));
  return listProcedures(options.router)
    .map((procedure) => routeOf(procedure, options))
    .filter(({ method, path }) => !taken.has(`${method} ${path}`));
}

function routeOf(procedure: ListedProcedure, options: RestApiOptions): GeneratedRoute {
  const parameters = procedure.type === "query" ? flatFieldsOf(procedure.input) : null;
  const { router, features, nowMs } = options;
  const call = (request: RouteRequest, input: unknown) => {
    const { requestId, actor, client, signal, setCookie } = request;
    const context: Context = { ...features, requestId, actor, client, signal, setCookie, nowMs };
    const inputName = parameters ? "query" : "body";
    return callProcedure(router, procedure, { input, inputName, context });
  };
  return {
    method: parameters ? "GET" : "POST",
    path: restPathOf(procedure.path),
    policy: procedure.policy,
    body: bodyOfProcedures(procedure.path),
    procedure,
    parameters,
    handle: parameters
      ? (request) => {
          const read = readFlatInput(parameters, request.query);
          if (!read.ok) return refusedParameters(read.fields, request.requestId);
          return call(request, procedure.input ? read.input : undefined);
        }
      : async (request) => call(request, procedure.input ? await request.readJson() : undefined),
  };
}

function refusedParameters(fields: { field: string; message: string }[], requestId: string) {
  const message = fields.map(({ field, message: text }) => `${field}: ${text}`).join("; ");
  return errorAnswer({ status: 422, code: "INVALID", message, fields }, requestId);
}
