import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, expect, test } from "vitest";
import type { Declaration } from "@/server/policy/policy";
import { restPathOf } from "@/server/rest-api/rest-address";

const root = path.resolve(import.meta.dirname, "../..");
const text = readFileSync(path.join(root, "docs/api.md"), "utf8");
let declared: Declaration[] = [];

beforeAll(async () => {
  // The built server, because it is the one that people reach; its list is what start-up refuses to serve without.
  const server = (await import(pathToFileURL(path.join(root, "dist/server.mjs")).href)) as {
    listPolicies: () => Promise<Declaration[]>;
  };
  declared = await server.listPolicies();
});

test("everything that can be reached from outside stands in docs/api.md, but for what the running server describes itself", () => {
  expect(declared.length).toBeGreaterThan(15);
  // Procedures and their addresses are in /api/openapi.json and /api/docs: server/rest-api/document.test.ts holds these to the registry.
  const procedures = declared.filter(({ kind }) => kind === "procedure");
  const twins = new Set(procedures.map(({ name }) => restPathOf(name)));
  const told = declared.filter(
    ({ kind, name }) =>
      kind !== "procedure" && !(kind === "route" && twins.has(name.split(" ")[1] ?? "")),
  );
  const untold = told.filter(({ name }) => !text.includes(`\`${name}\``));
  expect(untold.map(({ kind, name }) => `${kind} ${name}`)).toEqual([]);
});

test("docs/api.md tells of no address and no procedure that is not there", () => {
  const names = new Set(declared.map(({ name }) => name));
  const routes = [...text.matchAll(/^\| `((?:GET|POST) [^`]+)`/gm)].map((match) => match[1] ?? "");
  const procedures = [...text.matchAll(/^\| `([a-z]+\.[a-zA-Z]+)`/gm)].map(
    (match) => match[1] ?? "",
  );
  expect(routes.length).toBeGreaterThan(5);
  expect([...routes, ...procedures].filter((name) => !names.has(name))).toEqual([]);
});
