import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

/** All that the built files are made of. */
const sources = [
  "app",
  "components",
  "domain",
  "server",
  "collector",
  "client",
  "prisma/schema.prisma",
  "prisma/migrations",
  "scripts/build.mjs",
  "next.config.mjs",
  "postcss.config.mjs",
  "tsconfig.json",
  "package.json",
  "package-lock.json",
  "public",
];

const isTest = (name) => /\.test\.tsx?$/.test(name) || name === "__snapshots__";

function filesBelow(relative) {
  const absolute = path.join(root, relative);
  if (!existsSync(absolute)) return [];
  if (!statSync(absolute).isDirectory()) return [relative];
  return readdirSync(absolute)
    .filter((name) => !isTest(name) && !name.startsWith("."))
    .flatMap((name) => filesBelow(`${relative}/${name}`));
}

/** One hash of the content of all sources: equal sources, equal hash, whatever the dates of the files. */
export function sourceHash() {
  const hash = createHash("sha256");
  const files = sources.flatMap(filesBelow).sort();
  for (const file of files) {
    const content = createHash("sha256")
      .update(readFileSync(path.join(root, file)))
      .digest("hex");
    hash.update(`${file}\0${content}\n`);
  }
  return hash.digest("hex").slice(0, 32);
}
