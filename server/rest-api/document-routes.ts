import { createHash } from "node:crypto";
import type { Route, RouteAnswer } from "@/server/http/route";
import { docsPage, docsPolicy } from "./docs-page/docs-page";
import type { OpenApiDocument } from "./document/open-api";
import { type DescribedRoutes, openApiDocument } from "./document/openapi-document";

interface Made {
  bytes: Buffer;
  etag: string;
}

/** The document and its page, made when they are first asked for and kept as bytes. */
export function documentRoutes(described: DescribedRoutes): Route[] {
  const own = addresses.map(({ path }) => ({ method: "GET", path, policy: "viewer" }) as const);
  const document = once(() =>
    openApiDocument({ ...described, written: [...described.written, ...own] }),
  );
  return addresses.map(({ path, write, contentType, headers }) => {
    const made = once((): Made => {
      const bytes = Buffer.from(write(document()));
      const hash = createHash("sha256").update(bytes).digest("base64url");
      return { bytes, etag: `"${hash.slice(0, 22)}"` };
    });
    return {
      method: "GET",
      path,
      policy: "viewer",
      handle: ({ ifNoneMatch }): RouteAnswer => {
        const { bytes, etag } = made();
        const isKnown = ifNoneMatch?.includes(etag) === true; // also of a list, and `W/` in front when it was packed
        return {
          status: isKnown ? 304 : 200,
          contentType,
          // For this reader alone, and never without asking: the right to read it may have ended.
          headers: { ...headers, ETag: etag, "Cache-Control": "private, no-cache" },
          body: isKnown ? "" : bytes,
        };
      },
    };
  });
}

const addresses: readonly {
  path: string;
  contentType: string;
  write: (document: OpenApiDocument) => string;
  headers?: Readonly<Record<string, string>>;
}[] = [
  {
    path: "/api/openapi.json",
    contentType: "application/json; charset=utf-8",
    write: (document) => JSON.stringify(document),
  },
  {
    path: "/api/docs",
    contentType: "text/html; charset=utf-8",
    write: docsPage,
    headers: { "Content-Security-Policy": docsPolicy },
  },
];

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | null = null;
  return () => (made ??= { value: make() }).value;
}
