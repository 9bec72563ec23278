import type { AnyTRPCRouter } from "@trpc/server";
import { type BuiltSite, pathsOf } from "@/server/http/built-site";
import type { Route } from "@/server/http/route";
import type { SocketEndpoint } from "@/server/http/upgrade-listener";
import { type Declaration, type DeclaredKind, isPolicy } from "./policy";

/** Everything that can be reached from outside. */
export interface Surface {
  router: AnyTRPCRouter;
  routes: readonly Pick<Route, "method" | "path" | "policy">[];
  /** By path. Nothing guards a page, so `public` is the only policy that is true of one. */
  pages: Readonly<Record<string, unknown>>;
  sockets: readonly Pick<SocketEndpoint, "path" | "policy">[];
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
    ...surface.sockets.map(({ path, policy }) => declare("socket", path, policy)),
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
  if (kind === "page" && policy !== "public")
    throw new Error(
      `The page ${name} declares ${policy}, which nothing enforces: pages are public.`,
    );
  return { kind, name, policy };
}
