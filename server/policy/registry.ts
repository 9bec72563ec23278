import type { AnyTRPCRouter } from "@trpc/server";
import { type BuiltSite, pathsOf } from "@/server/http/built-site";
import type { Route } from "@/server/http/route";
import { type Declaration, type DeclaredKind, isPolicy } from "./policy";

/** Everything that can be reached from outside. */
export interface Surface {
  router: AnyTRPCRouter;
  routes: readonly Pick<Route, "method" | "path" | "policy">[];
  /** By path. */
  pages: Readonly<Record<string, unknown>>;
  /** By address or namespace. */
  sockets: Readonly<Record<string, unknown>>;
  /** By event name, client to server. */
  events: Readonly<Record<string, unknown>>;
  /** By kind of room: `gpus`, `gpu:<uuid>`. */
  rooms: Readonly<Record<string, unknown>>;
}

/**
 * Lists each procedure, route, page, socket, event and room with its policy.
 * Throws an Error that names the first one without a policy, or declared twice.
 */
export function listDeclarations(surface: Surface): Declaration[] {
  const declarations = [
    ...procedures(surface.router),
    ...surface.routes.map(({ method, path, policy }) =>
      declare("route", `${method} ${path}`, policy),
    ),
    ...declareAll("page", surface.pages),
    ...declareAll("socket", surface.sockets),
    ...declareAll("event", surface.events),
    ...declareAll("room", surface.rooms),
  ];
  const seen = new Set<string>();
  for (const { kind, name } of declarations) {
    const key = `${kind} ${name}`;
    if (seen.has(key)) throw new Error(`The ${key} is declared twice.`);
    seen.add(key);
  }
  return declarations;
}

/** Throws when a page or a file beside the pages was built that nobody declared. */
export function assertPagesDeclared(site: BuiltSite, pages: Surface["pages"]): void {
  for (const path of pathsOf(site)) {
    if (!Object.hasOwn(pages, path)) {
      throw new Error(
        `The page ${path} declares no policy: add it to server/policy/page-policies.ts.`,
      );
    }
  }
}

function procedures(router: AnyTRPCRouter): Declaration[] {
  const definition = router._def as {
    procedures: Record<string, { _def: { meta?: { policy?: unknown } } }>;
    lazy?: Record<string, unknown>;
  };
  const [lazy] = Object.keys(definition.lazy ?? {});
  if (lazy !== undefined)
    throw new Error(`The router ${lazy} is lazy, so its procedures cannot be listed.`);
  return Object.entries(definition.procedures).map(([name, procedure]) =>
    declare("procedure", name, procedure._def.meta?.policy),
  );
}

function declareAll(kind: DeclaredKind, policies: Readonly<Record<string, unknown>>) {
  return Object.entries(policies).map(([name, policy]) => declare(kind, name, policy));
}

function declare(kind: DeclaredKind, name: string, policy: unknown): Declaration {
  if (!isPolicy(policy)) throw new Error(`The ${kind} ${name} declares no policy.`);
  return { kind, name, policy };
}
