import { createHash } from "node:crypto";

/** On every answer, refused upgrades included. Pages add their own Content-Security-Policy. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy":
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), display-capture=()",
};

/**
 * Only when the browser came by https: on plain http the header means nothing and on localhost it would lock people out.
 * Of this name alone: what runs below it is not ours to decide about.
 */
export const strictTransport = {
  name: "Strict-Transport-Security",
  value: "max-age=31536000",
};

const sources = {
  "default-src": "'none'",
  "img-src": "'self' data: blob:", // data and blob: charts and tables that are saved as a file
  "font-src": "'self'",
  "connect-src": "'self'", // covers the WebSocket of the same origin
  "manifest-src": "'self'",
  "worker-src": "'self'",
  "base-uri": "'none'",
  "form-action": "'self'",
  "frame-ancestors": "'none'",
};

/**
 * The policy of one built page. A static page cannot carry a nonce and does not hydrate without its inline scripts, so
 * each is allowed by its hash. Styles come from files alone; what scripts set on an element is not limited by a policy.
 * Only a page whose HTML was built with `style` attributes allows such attributes.
 */
export function pagePolicy(html: string): string {
  const hashes = inlineScriptHashes(html).map((hash) => `'sha256-${hash}'`);
  return write({
    ...sources,
    "script-src": ["'self'", ...hashes].join(" "),
    "style-src": "'self'",
    ...(hasStyleAttribute(html) && { "style-src-attr": "'unsafe-inline'" }),
  });
}

function hasStyleAttribute(html: string): boolean {
  const withoutScripts = html.replaceAll(/<script[^>]*>[^]*?<\/script>/gi, "");
  return /<[a-z][^<>]*\sstyle\s*=/i.test(withoutScripts);
}

/**
 * The policy of a built script. Pages run it under theirs; it matters where the browser starts it as a worker, which then loads its
 * parts and asks this server for data.
 */
export const scriptPolicy = write({
  "default-src": "'none'",
  "script-src": "'self'",
  "connect-src": "'self'",
  "base-uri": "'none'",
  "frame-ancestors": "'none'",
});

/** Hot reload evaluates code and opens its socket on either loopback name. Development only. */
export function developmentPolicy(): string {
  return write({
    ...sources,
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "connect-src": "'self' ws: http://localhost:* http://127.0.0.1:*",
  });
}

function write(directives: Readonly<Record<string, string>>): string {
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
}

/** Base64 SHA-256 of each inline script of a built page, in order, without doubles. */
export function inlineScriptHashes(html: string): string[] {
  const scripts = html.matchAll(/<script(?<attributes>[^>]*)>(?<text>[^]*?)<\/script>/gi);
  const hashes = [...scripts]
    .filter(({ groups }) => !/\ssrc\s*=/i.test(groups?.attributes ?? ""))
    .map(({ groups }) =>
      createHash("sha256")
        .update(groups?.text ?? "")
        .digest("base64"),
    );
  return [...new Set(hashes)];
}
