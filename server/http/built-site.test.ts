import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { pathsOf, readBuiltSite } from "./built-site";

/** As `next build` lays it out. */
async function buildFolder(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sightline-build-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

const build = {
  "prerender-manifest.json": JSON.stringify({
    routes: { "/": {}, "/gpus": {}, "/icon.svg": {}, "/_not-found": {}, "/_global-error": {} },
  }),
  "server/app/index.html": "<script>a</script>",
  "server/app/gpus.html": "<p>gpus</p>",
  "server/app/_not-found.html": "<script>b</script>nothing",
  "server/app/_global-error.html": "error",
  "server/app/icon.svg.body": "<svg/>",
  "static/chunks/a.js": "1",
  "static/media/b c.woff2": "2",
};

test("pages, files and the page for unknown addresses are known, with the policy of each", async () => {
  const site = await readBuiltSite(await buildFolder(build));
  expect([...site.pages.keys()]).toEqual(["/", "/gpus"]);
  expect([...site.assets].sort()).toEqual([
    "/_next/static/chunks/a.js",
    "/_next/static/media/b c.woff2",
    "/icon.svg",
  ]);
  // sha256 of "a"
  expect(site.pages.get("/")).toContain("'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs='");
  expect(site.pages.get("/gpus")).toContain("script-src 'self';");
  expect(site.notFound.html.toString()).toContain("nothing");
  expect(site.notFound.policy).toContain("'sha256-");
  expect(pathsOf(site)).toEqual(["/", "/gpus", "/icon.svg"]);
});

test("a folder without a build rejects", async () => {
  await expect(readBuiltSite(await buildFolder({}))).rejects.toThrow();
  const { "server/app/_not-found.html": _page, ...rest } = build;
  await expect(readBuiltSite(await buildFolder(rest))).rejects.toThrow("unknown addresses");
});
