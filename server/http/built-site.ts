import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { pagePolicy } from "./security-headers";

/** What `next build` left: the only addresses that Next is asked for in production. */
export interface BuiltSite {
  /** Content-Security-Policy by path. */
  pages: ReadonlyMap<string, string>;
  /** Paths of files: `/icon.svg`, `/_next/static/…`. */
  assets: ReadonlySet<string>;
  notFound: { html: Buffer; policy: string };
}

const Manifest = z.object({ routes: z.record(z.string(), z.unknown()) });

/** Reads the build folder (`.next`). Throws when it holds no build. */
export async function readBuiltSite(folder: string): Promise<BuiltSite> {
  const text = await readFile(join(folder, "prerender-manifest.json"), "utf8");
  const routes = Object.keys(Manifest.parse(JSON.parse(text)).routes);
  const pages = new Map<string, string>();
  const assets = new Set(await staticFiles(join(folder, "static")));
  for (const path of routes.filter((route) => !route.startsWith("/_"))) {
    const html = await htmlOf(folder, path);
    if (html === null) assets.add(path);
    else pages.set(path, policyOf(html));
  }
  const html = await htmlOf(folder, "/_not-found");
  if (html === null) throw new Error("The build has no page for unknown addresses.");
  return { pages, assets, notFound: { html, policy: policyOf(html) } };
}

/** The declared surface of a build: its pages and the files beside them, without the hashed chunks. */
export function pathsOf(site: BuiltSite): string[] {
  return [...site.pages.keys(), ...site.assets].filter((path) => !path.startsWith("/_next/"));
}

async function htmlOf(folder: string, path: string): Promise<Buffer | null> {
  const name = path === "/" ? "index" : path.slice(1);
  try {
    return await readFile(join(folder, "server", "app", `${name}.html`));
  } catch {
    return null; // a file such as icon.svg is prerendered too, and has no HTML
  }
}

function policyOf(html: Buffer): string {
  return pagePolicy(html.toString("utf8"));
}

async function staticFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length))
    .map((name) => `/_next/static${name}`);
}
