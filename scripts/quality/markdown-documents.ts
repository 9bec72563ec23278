import { globSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

export interface Document {
  /** Path from the root of the project. */
  file: string;
  text: string;
}

/** Every document for people: those at the root and all below docs/ and beside the code. */
export function readDocuments(): Document[] {
  const files = globSync(
    ["*.md", "{docs,app,bench,collector,components,domain,e2e,fixtures,scripts,server}/**/*.md"],
    {
      cwd: root,
    },
  );
  return files.sort().map((file) => ({ file, text: readFileSync(path.join(root, file), "utf8") }));
}

const folders =
  "app|bench|collector|components|docs|domain|e2e|fixtures|prisma|scripts|server|\\.ci";
const bareFile = /^\.?\w[\w-]*(\.[\w-]+)*\.(md|json|ts|mjs|cjs|js|yml|example)$/;
const namedEverywhere = ["index.ts", "router.ts", "page.tsx"]; // spoken of in general
const insidePath = new RegExp(`^(${folders})/[\\w./<>*-]*$`);

/** Paths that a document names in `code`: from the root, or a bare file name beside the document or at the root. */
export function citedPaths({ text }: Document): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, "");
  const codes = [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? "");
  return codes.filter(
    (code) => insidePath.test(code) || (bareFile.test(code) && !namedEverywhere.includes(code)),
  );
}

/** Targets of links inside the project, from the root. */
export function linkedPaths({ file, text }: Document): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
  return targets
    .filter((target) => !/^(https?:|mailto:|#)/.test(target))
    .map((target) => path.join(path.dirname(file), target.split("#")[0] ?? ""));
}

/** Version numbers outside of code: they are wrong a month later, package.json is not. Node's is the product's promise. */
export function citedVersions({ text }: Document): string[] {
  const prose = text
    .replace(/^```[\s\S]*?^```/gm, "")
    .replace(/`[^`\n]*`/g, "")
    .replace(/\d+\.\d+\.\d+\.\d+/g, ""); // addresses
  const threeParts = prose.match(/\bv?\d+\.\d+\.\d+\b/g) ?? [];
  const named =
    prose.match(
      /\b(Next(\.js)?|React|Prisma|TypeScript|Vitest|Playwright|tRPC|zod|socket\.io|Postgres(QL)?|ESLint|Tailwind) v?\d+(\.\d+)?\b/gi,
    ) ?? [];
  return [...threeParts, ...named];
}

/** The readers' table of settings, as README.md must hold it. */
export function renderSettingsTable(
  rows: readonly { name: string; default: string; range: string; meaning: string }[],
): string[] {
  return rows.map(({ name, default: standard, range, meaning }) => {
    const shown = standard === "" ? "not set" : `\`${standard}\``;
    return `| \`${name}\` | ${shown} | ${range} | ${meaning} |`;
  });
}
