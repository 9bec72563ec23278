import { copyFileSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { ESLint } from "eslint";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plantFiles } from "./plant-files";

const root = path.resolve(import.meta.dirname, "../..");
const longFile = `${Array.from({ length: 301 }, (_, line) => `export const line${line} = ${line};`).join("\n")}\n`;
const branches = Array.from({ length: 12 }, (_, n) => `  if (value === ${n}) return ${n};`).join(
  "\n",
);

/** One planted file for each rule of ours: path, text, the rule that must report it, and words of its message. */
const faults: { file: string; text: string; rule: string; says: string }[] = [
  {
    file: "server/gpu/read-settings.ts",
    text: "export const port = process.env.PORT;\n",
    rule: "no-restricted-properties",
    says: "@/server/env",
  },
  {
    file: "collector/read-settings.ts",
    text: "export const port = process.env.PORT;\n",
    rule: "no-restricted-properties",
    says: "@/server/env",
  },
  {
    file: "components/gpu/read-settings.ts",
    text: "export const port = process.env.PORT;\n",
    rule: "no-restricted-properties",
    says: "@/server/env",
  },
  {
    file: "domain/gpu/named-zod.ts",
    text: 'import { z } from "zod";\nexport const Name = z.string();\n',
    rule: "no-restricted-syntax",
    says: "import * as z",
  },
  {
    file: "server/gpu/named-zod.ts",
    text: 'import { z } from "zod";\nexport const Name = z.string();\n',
    rule: "no-restricted-syntax",
    says: "import * as z",
  },
  {
    file: "server/gpu/small-zod.ts",
    text: 'import * as z from "zod/mini";\nexport const Name = z.string();\n',
    rule: "no-restricted-syntax",
    says: "One door to zod",
  },
  {
    file: "server/gpu/throw-trpc-error.ts",
    text: 'import { TRPCError } from "@trpc/server";\nexport const error = new TRPCError({ code: "NOT_FOUND" });\n',
    rule: "no-restricted-imports",
    says: "AppError",
  },
  {
    file: "server/gpu/fetch-it.ts",
    text: 'export const answer = fetch("http://127.0.0.1/");\n',
    rule: "no-restricted-globals",
    says: "@/server/upstream",
  },
  {
    file: "collector/fetch-it.ts",
    text: 'export const answer = globalThis.fetch("http://127.0.0.1/");\n',
    rule: "no-restricted-properties",
    says: "@/server/upstream",
  },
  {
    file: "server/gpu/send-by-undici.ts",
    text: 'import { request } from "undici";\nexport const answer = request("http://127.0.0.1/");\n',
    rule: "no-restricted-imports",
    says: "@/server/upstream",
  },
  {
    file: "collector/send-by-node.ts",
    text: 'import http from "node:http";\nexport const answer = http.get("http://127.0.0.1/");\n',
    rule: "no-restricted-imports",
    says: "@/server/upstream",
  },
  {
    file: "server/trpc/send-by-node.ts",
    text: 'import { request } from "node:http";\nexport const answer = request("http://127.0.0.1/");\n',
    rule: "no-restricted-imports",
    says: "@/server/upstream",
  },
  {
    file: "domain/gpu/read-clock.ts",
    text: "export const startedAtMs = Date.now();\n",
    rule: "no-restricted-syntax",
    says: "no clock",
  },
  {
    file: "domain/gpu/read-date.ts",
    text: "export const startedAt = new Date();\n",
    rule: "no-restricted-syntax",
    says: "no clock",
  },
  {
    file: "components/gpu/gpu-theme.tsx",
    text: 'export const classes = "bg-surface-1 dark:bg-surface-2";\n',
    rule: "no-restricted-syntax",
    says: "No dark: variants",
  },
  {
    file: "server/gpu/deep/climb.ts",
    text: 'export { logger } from "../../logger";\n',
    rule: "no-restricted-imports",
    says: "@/ alias",
  },
  {
    file: "server/gpu/utils.ts",
    text: "export const one = 1;\n",
    rule: "check-file/filename-blocklist",
    says: "utils",
  },
  {
    file: "server/gpu/readGpu.ts",
    text: "export const one = 1;\n",
    rule: "check-file/filename-naming-convention",
    says: "readGpu",
  },
  {
    file: "server/GpuStats/read-gpu.ts",
    text: "export const one = 1;\n",
    rule: "check-file/folder-naming-convention",
    says: "GpuStats",
  },
  {
    file: "server/gpu/print.ts",
    text: 'console.log("hello");\n',
    rule: "no-console",
    says: "console",
  },
  { file: "server/gpu/long-file.ts", text: longFile, rule: "max-lines", says: "300" },
  {
    file: "server/gpu/tangled.ts",
    text: `export function tangled(value: number) {\n${branches}\n  return -1;\n}\n`,
    rule: "complexity",
    says: "12",
  },
  {
    file: "server/gpu/many-parameters.ts",
    text: "export const sum = (a: number, b: number, c: number, d: number) => a + b + c + d;\n",
    rule: "max-params",
    says: "3",
  },
  {
    file: "server/gpu/loose-equal.ts",
    text: "export const same = (a: number, b: number) => a == b;\n",
    rule: "eqeqeq",
    says: "===",
  },
  {
    file: "server/gpu/floating.ts",
    text: "export function start() {\n  Promise.resolve(1);\n}\n",
    rule: "@typescript-eslint/no-floating-promises",
    says: "Promises must be awaited",
  },
  {
    file: "server/gpu/any-value.ts",
    text: "export const value: any = 1;\n",
    rule: "@typescript-eslint/no-explicit-any",
    says: "any",
  },
  {
    file: "server/gpu/missing-case.ts",
    text: 'export function word(kind: "a" | "b") {\n  switch (kind) {\n    case "a":\n      return 1;\n  }\n  return 0;\n}\n',
    rule: "@typescript-eslint/switch-exhaustiveness-check",
    says: "b",
  },
  {
    file: "server/gpu/value-import-of-type.ts",
    text: 'import { Readable } from "node:stream";\nexport type Source = Readable;\n',
    rule: "@typescript-eslint/consistent-type-imports",
    says: "import type",
  },
  {
    file: "e2e/wait.spec.ts",
    text: 'import { test } from "@playwright/test";\ntest("waits", async ({ page }) => {\n  await page.waitForTimeout(1000);\n});\n',
    rule: "playwright/no-wait-for-timeout",
    says: "waitForTimeout",
  },
  {
    file: "scripts/compare.mjs",
    text: 'console.log(process.argv[2] == "a");\n',
    rule: "eqeqeq",
    says: "===",
  },
  {
    file: "server/gpu/needless-disable.ts",
    text: "// eslint-disable-next-line no-console -- nothing to disable\nexport const one = 1;\n",
    rule: "unused-disable",
    says: "Unused eslint-disable",
  },
];

/** Files that are in order: a rule that reports one of them is too wide. */
const sound: Record<string, string> = {
  "server/env.ts": "export const port = process.env.PORT;\n",
  "server/logger.ts": "export const logger = process.env.LOG_LEVEL;\n",
  "bench/main.ts": "console.log(process.env.PATH);\n",
  "domain/gpu/gpu-name.ts":
    'import * as z from "zod";\nexport const GpuName = z.string();\nexport type GpuName = z.infer<typeof GpuName>;\nexport const at = (nowMs: number) => new Date(nowMs);\n',
  "domain/gpu/gpu-name.test.ts":
    'import { expect, test } from "vitest";\ntest("now", () => {\n  expect(Date.now()).toBeGreaterThan(0);\n});\n',
  "server/trpc/trpc.ts":
    'import { TRPCError } from "@trpc/server";\nexport const error = new TRPCError({ code: "NOT_FOUND" });\n',
  "server/upstream/send-request.ts":
    'import { request } from "undici";\nexport const answer = request("http://127.0.0.1/");\n',
  "server/http/create-http-server.ts":
    'import { createServer } from "node:http";\nexport const server = createServer();\n',
  "app/not-found.tsx": "export default function NotFound() {\n  return null;\n}\n",
};

let results: ESLint.LintResult[] = [];
let folder = "";

beforeAll(async () => {
  folder = plantFiles({
    ...sound,
    ...Object.fromEntries(faults.map((fault) => [fault.file, fault.text])),
    "package.json": '{ "type": "module" }',
  });
  for (const file of ["eslint.config.js", "tsconfig.json"])
    copyFileSync(path.join(root, file), path.join(folder, file));
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  results = await new ESLint({ cwd: folder }).lintFiles(["."]);
}, 120_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function messagesOf(file: string) {
  const result = results.find((entry) => entry.filePath === path.join(folder, file));
  if (!result) throw new Error(`${file} was not linted`);
  return result.messages.map((entry) => ({
    rule: entry.ruleId ?? "unused-disable",
    message: entry.message,
  }));
}

// Some are warnings in their plugin's set; `npm run check` takes a warning for an error (--max-warnings 0).
describe("each lint rule reports its planted fault", () => {
  test.each(faults)("$rule in $file", ({ file, rule, says }) => {
    const found = messagesOf(file).filter((entry) => entry.rule === rule);
    expect(found.map((entry) => entry.message).join("\n")).toContain(says);
  });
});

test.each(Object.keys(sound))("%s is in order", (file) => {
  expect(messagesOf(file)).toEqual([]);
});
