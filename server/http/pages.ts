import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { BuiltSite } from "./built-site";
import { type Exchange, sendAnswer, sendError } from "./exchange";
import { developmentPolicy, scriptPolicy } from "./security-headers";

export type NextHandler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

export interface Pages {
  handle(exchange: Exchange): Promise<void>;
}

/**
 * What Next may see of a request. All else is taken off: `next-action`, `x-middleware-*`, `x-now-route-matches`,
 * `x-forwarded-*`, `x-prerender-revalidate`, cookies. The rsc family is what client navigation asks with.
 */
const passedHeaders = [
  "accept",
  "host",
  "if-modified-since",
  "if-none-match",
  "next-router-prefetch",
  "next-router-segment-prefetch",
  "next-router-state-tree",
  "next-url",
  "range",
  "rsc",
  "user-agent",
] as const;

/** Pages and files of the build. Next is asked only for what is in the list of the build. */
export function createPages({ site, next }: { site: BuiltSite; next: NextHandler }): Pages {
  return {
    async handle(exchange) {
      const { req, res, target } = exchange;
      const policy = site.pages.get(target.path);
      const isAsset = site.assets.has(target.path);
      exchange.setRoute(policy === undefined && !isAsset ? "unmatched" : labelOf(target.path));
      if (refusesMethod(exchange)) return;
      if (policy !== undefined) {
        res.setHeader("Content-Security-Policy", policy);
        // Next would let shared caches keep a page for a year, across updates of the portal.
        res.setHeader("Cache-Control", "no-cache");
      } else if (isAsset) {
        res.removeHeader("Cache-Control"); // Next's own: for ever where the name holds a hash
        if (target.path.endsWith(".js")) res.setHeader("Content-Security-Policy", scriptPolicy);
      } else {
        answerUnknown(exchange, site);
        return;
      }
      narrow(req, target);
      await next(req, res);
    },
  };
}

/** Development: Next compiles pages when they are asked for, so the list of addresses is not known. */
export function createDevelopmentPages({ next }: { next: NextHandler }): Pages {
  return {
    async handle(exchange) {
      const { req, res, target } = exchange;
      exchange.setRoute("development");
      const isOverlay = target.path.startsWith("/__nextjs_"); // it posts what it wants to know
      if (!isOverlay && refusesMethod(exchange)) return;
      if (target.path === "/_next/image") {
        sendError(exchange, { status: 404, code: "NOT_FOUND", message: "There is no image API." });
        return;
      }
      res.setHeader("Content-Security-Policy", developmentPolicy());
      req.headers = withoutRefused(req.headers);
      await next(req, res);
    },
  };
}

function labelOf(path: string): string {
  return path.startsWith("/_next/static/") ? "/_next/static" : path;
}

function refusesMethod(exchange: Exchange): boolean {
  const { method, headers } = exchange.req;
  if ((method === "GET" || method === "HEAD") && headers.upgrade === undefined) return false;
  sendError(exchange, {
    status: 405,
    code: "METHOD_NOT_ALLOWED",
    message: "Pages answer GET and HEAD only.",
    headers: { Allow: "GET, HEAD" },
  });
  return true;
}

function answerUnknown(exchange: Exchange, site: BuiltSite): void {
  const { res, target } = exchange;
  const withoutSlash = target.path.replace(/\/+$/, "");
  if (withoutSlash !== target.path && site.pages.has(withoutSlash)) {
    const query = target.query.size > 0 ? `?${target.query.toString()}` : "";
    sendAnswer(exchange, {
      status: 308,
      contentType: "text/plain; charset=utf-8",
      body: "",
      headers: { Location: `${withoutSlash}${query}` },
    });
    return;
  }
  res.setHeader("Content-Security-Policy", site.notFound.policy);
  sendAnswer(exchange, {
    status: 404,
    contentType: "text/html; charset=utf-8",
    body: site.notFound.html,
  });
}

/** Path and cache key only: pages are static, so the rest of a query is for the browser. */
function narrow(req: IncomingMessage, { path, query }: Exchange["target"]): void {
  const cacheKey = query.get("_rsc");
  const isKey = cacheKey !== null && /^[\w-]{0,64}$/.test(cacheKey);
  req.url = isKey ? `${path}?_rsc=${cacheKey}` : path;
  req.headers = narrowed(req.headers);
}

const REFUSED_HEADER = /^(next-action|x-middleware-.*|x-now-route-matches|x-forwarded-.*|cookie)$/;

/** Development: hot reload and its debug channel ask with headers of their own, so only the dangerous ones go. */
function withoutRefused(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !REFUSED_HEADER.test(name)));
}

function narrowed(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(
    passedHeaders.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
