import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { settingsTable } from "@/server/env";
import {
  citedPaths,
  citedVersions,
  type Document,
  linkedPaths,
  readDocuments,
  renderSettingsTable,
} from "./markdown-documents";

const root = path.resolve(import.meta.dirname, "../..");
const documents = readDocuments();

function isThere(cited: string, file = ""): boolean {
  const pattern = cited.replaceAll(/<[^>]+>/g, "*");
  if (pattern.includes("*")) return globSync(pattern, { cwd: root }).length > 0;
  const places = cited.includes("/") ? [""] : ["", path.dirname(file)];
  return places.some((place) => existsSync(path.join(root, place, pattern)));
}

describe.each(documents.map((document): [string, Document] => [document.file, document]))(
  "%s",
  (_file, document) => {
    test("names only paths that exist", () => {
      expect(citedPaths(document).filter((cited) => !isThere(cited, document.file))).toEqual([]);
    });
    test("links only to what exists", () => {
      expect(
        linkedPaths(document).filter((target) => !existsSync(path.join(root, target))),
      ).toEqual([]);
    });
    test("writes no versions into prose", () => {
      expect(citedVersions(document)).toEqual([]);
    });
  },
);

describe("the checks themselves", () => {
  const planted: Document = {
    file: "docs/planted.md",
    text: "See `server/gone/file.ts`, `domain/<feature>/*.ts`, [a](../GONE.md), `npm test`. Uses Next 16 and 1.2.3 on 127.0.0.1.\n```\nserver/in-code.ts 4.5.6\n```\n",
  };
  test("find a path that is gone, and take patterns for what they match", () => {
    expect(citedPaths(planted)).toEqual(["server/gone/file.ts", "domain/<feature>/*.ts"]);
    expect(isThere("server/gone/file.ts")).toBe(false);
    expect(isThere("domain/<feature>/*.ts")).toBe(true);
  });
  test("find a link that leads nowhere", () => {
    expect(linkedPaths(planted)).toEqual(["GONE.md"]);
  });
  test("find versions, but neither addresses nor code", () => {
    expect(citedVersions(planted)).toEqual(["1.2.3", "Next 16"]);
  });
});

test("README.md has the table of settings that server/env.ts has", () => {
  const readme = readFileSync(path.join(root, "README.md"), "utf8");
  const squeeze = (line: string) => line.replaceAll(/ +/g, " ").trim();
  const rows = readme
    .split("\n")
    .map(squeeze)
    .filter((line) => /^\| `[A-Z\d_]+` \|/.test(line));
  expect(rows).toEqual(renderSettingsTable(settingsTable).map(squeeze));
});

test("decisions are numbered from 0001 without a gap, and each says where it stands", () => {
  const files = globSync("docs/decisions/*.md", { cwd: root })
    .map((file) => path.basename(file))
    .sort();
  const numbers = files.map((file) => Number(file.slice(0, 4)));
  expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  for (const file of files) {
    const text = readFileSync(path.join(root, "docs/decisions", file), "utf8");
    expect(text, file).toMatch(/^# \d{4} .+\n\n(Accepted|Superseded by)/);
  }
});

test("the ratios in decision 0001 are those that were measured", () => {
  const folder = path.join(root, "docs/decisions");
  const file = globSync("0001-*.md", { cwd: folder })[0] ?? "";
  const text = readFileSync(path.join(folder, file), "utf8");
  const cited = /`(bench\/results\/[\w-]+\.json)`/.exec(text)?.[1] ?? "";
  const { rows } = JSON.parse(readFileSync(path.join(root, cited), "utf8")) as {
    rows: { what: string; ratio: number }[];
  };
  expect(rows.length).toBeGreaterThan(0);
  for (const { what, ratio } of rows) {
    const line = text.split("\n").find((candidate) => candidate.startsWith(`| ${what} `));
    expect(line, what).toMatch(new RegExp(`\\| ${ratio.toFixed(1)} +\\|$`));
  }
});
