import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import {
  developmentPolicy,
  inlineScriptHashes,
  pagePolicy,
  securityHeaders,
} from "./security-headers";

function sha256(text: string) {
  return createHash("sha256").update(text).digest("base64");
}

test("each inline script of a page is hashed once, exactly as it stands", () => {
  const html = `<script src="/a.js" async=""></script><script>a()</script>
    <script id="_R_">b("<\\/script>")
</script><SCRIPT>a()</SCRIPT><script></script>`;
  expect(inlineScriptHashes(html)).toEqual([
    sha256("a()"),
    sha256('b("<\\/script>")\n'),
    sha256(""),
  ]);
});

test("a page's policy allows its scripts by hash, and no other inline script, no eval and no inline style", () => {
  const policy = pagePolicy("<p>x</p><script>a()</script>");
  expect(policy).toContain(`script-src 'self' 'sha256-${sha256("a()")}';`);
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
  for (const part of [
    "default-src 'none'",
    "style-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ])
    expect(policy.split("; ")).toContain(part);
});

test("style attributes are allowed only on a page that was built with some, style elements never", () => {
  const text = `<script>'<p style="a">'</script><p data-style="x" class="style=">style="x"</p>`;
  expect(pagePolicy(text)).not.toContain("unsafe-inline");
  const policy = pagePolicy(`<p class="a"\nstyle="color:red">x</p>`);
  expect(policy).toContain("style-src 'self'; style-src-attr 'unsafe-inline'");
});

test("only development may evaluate code", () => {
  expect(developmentPolicy()).toContain("'unsafe-eval'");
  expect(pagePolicy("")).not.toContain("unsafe-eval");
});

test("an answer that is no page may load and run nothing", () => {
  expect(securityHeaders["Content-Security-Policy"]).toMatch(
    /^default-src 'none'; frame-ancestors 'none'/,
  );
});
