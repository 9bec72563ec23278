import { execFile } from "node:child_process";
import { copyFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plantFiles } from "./plant-files";

interface Violation {
  rule: { name: string };
  from: string;
  to: string;
}

const root = path.resolve(import.meta.dirname, "../..");
const rules = (
  createRequire(import.meta.url)(path.join(root, ".dependency-cruiser.cjs")) as {
    forbidden: { name: string }[];
  }
).forbidden.map((rule) => rule.name);

const exportsValue = "export const value = 1;\n";
const imports = (target: string) =>
  `import { value } from "${target}";\nexport const copy = value;\n`;

/** What the planted project has that is in order. Faults import from here. */
const sound: Record<string, string> = {
  "package.json": JSON.stringify({
    name: "planted",
    type: "module",
    dependencies: { zod: "1.0.0", "@prisma/client": "1.0.0", react: "1.0.0" },
    devDependencies: { vitest: "1.0.0" },
  }),
  ...Object.fromEntries(
    ["zod", "@prisma/client", "react", "vitest", "undeclared"].flatMap((name) => [
      [
        `node_modules/${name}/package.json`,
        JSON.stringify({ name, version: "1.0.0", main: "index.js" }),
      ],
      [`node_modules/${name}/index.js`, "exports.value = 1;\n"],
    ]),
  ),
  "app/page.tsx": imports("@/components/gpu/gpu-card"),
  "app/page-title.ts": exportsValue,
  "bench/measure.ts": exportsValue,
  "client/sightline-api.ts":
    'import type { copy } from "@/server/trpc/root";\nexport type Api = typeof copy;\n',
  "collector/main.ts": imports("@/server/upstream/upstream-client"),
  "collector/poll.ts": imports("@/domain/gpu/gpu-sample"),
  "components/gpu/gpu-card.tsx":
    'import type { value as Type } from "@/server/trpc/root";\nimport { value } from "@/components/ui/button";\nexport const card: typeof Type = value;\n',
  "components/tokens/token-bar.tsx": imports("@/components/ui/button"),
  "components/ui/button.tsx": imports("react"),
  "domain/gpu/gpu-sample.ts": imports("zod"),
  "domain/gpu/gpu-sample.test.ts":
    'import { value } from "vitest";\nimport { value as sample } from "./gpu-sample";\nexport const both = [value, sample];\n',
  "e2e/open-page.ts": exportsValue,
  "server/db.ts": imports("@prisma/client"),
  "server/errors.ts": exportsValue,
  "server/gpu/gpu-store.ts": imports("@/server/db"),
  "server/gpu/index.ts": imports("./gpu-store"),
  "server/gpu/router.ts": imports("@/server/trpc/trpc"),
  "server/main.ts":
    'import { value } from "@/server/gpu";\nimport { value as db } from "@/server/db";\nimport { copy } from "@/server/trpc/root";\nexport const all = [value, db, copy];\n',
  "server/tokens/index.ts": imports("@/server/gpu"),
  "server/tokens/count-tokens.ts": imports("@/server/gpu"),
  "server/trpc/root.ts": imports("@/server/gpu/router"),
  "server/trpc/trpc.ts": exportsValue,
  "server/upstream/upstream-client.ts": imports("@/server/errors"),
};

/** One file for each rule, which breaks that rule. */
const faults: Record<string, Record<string, string>> = {
  "no-cycles": {
    "server/tokens/one.ts": imports("./other"),
    "server/tokens/other.ts": imports("./one"),
  },
  "domain-is-pure": { "domain/gpu/rendered-sample.ts": imports("react") },
  "server-never-imports-ui": { "server/gpu/read-title.ts": imports("@/app/page-title") },
  "collector-imports-domain-and-upstream-only": {
    "collector/store-sample.ts": imports("@/server/gpu"),
  },
  "server-starts-the-collector-as-a-process": { "server/gpu/poll.ts": imports("@/collector/poll") },
  "ui-sees-server-types-only": { "components/gpu/gpu-value.tsx": imports("@/server/trpc/root") },
  "ui-meets-the-server-at-the-root-router": {
    "components/gpu/gpu-error.tsx":
      'import type { value } from "@/server/errors";\nexport type Copy = typeof value;\n',
  },
  "client-stands-alone": { "client/index.ts": imports("@/domain/gpu/gpu-sample") },
  "components-never-import-app": { "components/gpu/gpu-title.tsx": imports("@/app/page-title") },
  "no-cross-feature-components": {
    "components/gpu/gpu-tokens.tsx": imports("@/components/tokens/token-bar"),
  },
  "shared-components-know-no-feature": {
    "components/ui/token-button.tsx": imports("@/components/tokens/token-bar"),
  },
  "server-features-meet-at-index": {
    "server/tokens/read-gpu.ts": imports("@/server/gpu/gpu-store"),
  },
  "server-root-meets-features-at-index": { "server/report.ts": imports("@/server/gpu/gpu-store") },
  "root-router-takes-routers": { "server/trpc/root.ts": imports("@/server/gpu") },
  "only-stores-touch-prisma": { "server/gpu/list-gpus.ts": imports("@/server/db") },
  "main-opens-prisma-through-db": { "server/main.ts": imports("@prisma/client") },
  "no-test-code-in-production": { "server/gpu/replay.ts": imports("@/e2e/open-page") },
  "nothing-imports-benchmarks": { "server/gpu/timing.ts": imports("@/bench/measure") },
  "no-undeclared-package": { "server/gpu/surprise.ts": imports("undeclared") },
  "no-dev-package-in-production": { "server/gpu/assert-sample.ts": imports("vitest") },
  "no-orphans": { "server/gpu/forgotten.ts": exportsValue },
  "no-unresolvable": { "server/gpu/broken.ts": imports("@/server/gpu/not-there") },
};

const folders: string[] = [];

function cruise(files: Record<string, string>): Promise<Violation[]> {
  const folder = plantFiles(files);
  folders.push(folder);
  for (const file of [".dependency-cruiser.cjs", "tsconfig.json"])
    copyFileSync(path.join(root, file), path.join(folder, file));
  const command = path.join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  const tops = ["app", "bench", "client", "collector", "components", "domain", "e2e", "server"];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [command, "--output-type", "json", ...tops],
      { cwd: folder, maxBuffer: 16 * 1024 * 1024 },
      (_error, stdout, stderr) => {
        try {
          const answer = JSON.parse(stdout) as { summary: { violations: Violation[] } };
          resolve(answer.summary.violations);
        } catch {
          reject(new Error(`dependency-cruiser gave no answer: ${stderr}`));
        }
      },
    );
  });
}

let reported: Violation[] = [];
beforeAll(async () => {
  const planted = Object.values(faults).flatMap((files) => Object.entries(files));
  reported = await cruise({ ...sound, ...Object.fromEntries(planted) });
}, 60_000);

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test("each import rule has a planted fault", () => {
  expect(Object.keys(faults).sort()).toEqual([...rules].sort());
});

test.each(Object.keys(faults))("%s reports its planted fault", (rule) => {
  const planted = Object.keys(faults[rule] ?? {});
  const found = reported.filter((violation) => violation.rule.name === rule);
  expect(found.map((violation) => violation.from)).toEqual(
    expect.arrayContaining(planted.slice(0, 1)),
  );
});

test("a project in order breaks no rule", async () => {
  expect(await cruise(sound)).toEqual([]);
});
