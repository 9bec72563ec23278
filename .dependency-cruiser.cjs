/**
 * Who may import whom. ARCHITECTURE.md tells the reasons; this file makes them true, and
 * scripts/quality/import-rules.test.ts proves that each rule reports a planted fault.
 */
const test = "\\.test\\.tsx?$";
const testCode = `(${test}|^e2e/|^fixtures/)`;
const mayUseTestCode = [
  test,
  "^(e2e|fixtures|bench)/",
  "^scripts/quality/",
  "^[^/]+\\.config\\.ts$",
];
const sharedComponents = "^components/(ui|charts|layout|trpc)/";
const infrastructure = "^server/(http|trpc|realtime|policy|upstream|database)/";

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      comment: "Split out what both need; type-only edges are no cycle.",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "domain-is-pure",
      severity: "error",
      comment: "domain/ knows zod and itself: no React, Next, Node, Prisma.",
      from: { path: "^domain/", pathNot: test },
      to: { pathNot: ["^domain/", "^node_modules/zod/"] },
    },
    {
      name: "server-never-imports-ui",
      severity: "error",
      comment: "What both need belongs into domain/.",
      from: { path: "^server/" },
      to: { path: "^(app|components)/" },
    },
    {
      name: "collector-imports-domain-and-upstream-only",
      severity: "error",
      comment: "The collector also runs alone on GPU hosts: nothing of the portal comes with it.",
      from: { path: "^collector/", pathNot: test },
      to: {
        path: "^(app|components|server|prisma|scripts)/",
        pathNot: [
          "^server/(upstream|spool)/",
          "^server/errors\\.ts$",
          "^server/gpu/collector-process\\.ts$", // the agent supervises one, as the portal does
        ],
      },
    },
    {
      name: "server-starts-the-collector-as-a-process",
      severity: "error",
      comment: "A hung driver call must not stop the portal: fork it, never import it.",
      from: { path: "^(server|app|components|domain)/", pathNot: test },
      to: { path: "^collector/" },
    },
    {
      name: "ui-sees-server-types-only",
      severity: "error",
      comment: "A value import would pull Prisma and secrets into the browser's bundle.",
      from: { path: "^(app|components|client)/", pathNot: "^client/.*\\.test\\.ts$" },
      to: { path: "^(server|prisma)/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "ui-meets-the-server-at-the-root-router",
      severity: "error",
      comment: "The type of server/trpc/root.ts is the whole contract; schemas are in domain/.",
      from: { path: "^(app|components|client)/", pathNot: "^client/.*\\.test\\.ts$" },
      to: { path: "^(server|prisma)/", pathNot: "^server/trpc/root\\.ts$" },
    },
    {
      name: "client-stands-alone",
      severity: "error",
      comment: "Other tools get it as one file: it imports types at most, and no package.",
      from: { path: "^client/", pathNot: test },
      to: { pathNot: "^client/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "components-never-import-app",
      severity: "error",
      comment: "Pages give components what they need as props.",
      from: { path: "^components/" },
      to: { path: "^app/" },
    },
    {
      name: "no-cross-feature-components",
      severity: "error",
      comment: "Compose features in app/; share through components/ui, charts, layout, trpc.",
      from: { path: "^components/([^/]+)/", pathNot: sharedComponents },
      to: { path: "^components/([^/]+)/", pathNot: ["^components/$1/", sharedComponents] },
    },
    {
      name: "shared-components-know-no-feature",
      severity: "error",
      comment: "What a feature needs from a shared part comes in as a prop.",
      from: { path: sharedComponents },
      to: { path: "^components/", pathNot: sharedComponents },
    },
    {
      name: "server-features-meet-at-index",
      severity: "error",
      comment: "Another feature's inside is private; use its index.ts.",
      from: { path: "^server/([^/]+)/", pathNot: ["^server/trpc/root\\.ts$", test] },
      to: {
        path: "^server/[^/]+/",
        pathNot: ["^server/$1/", infrastructure, "^server/[^/]+/index\\.ts$"],
      },
    },
    {
      name: "server-root-meets-features-at-index",
      severity: "error",
      comment: "main.ts puts features together through their index.ts, as everybody does.",
      from: { path: "^server/[^/]+\\.ts$", pathNot: test },
      to: {
        path: "^server/[^/]+/",
        pathNot: [infrastructure, "^server/[^/]+/index\\.ts$"],
      },
    },
    {
      name: "root-router-takes-routers",
      severity: "error",
      comment: "server/trpc/root.ts is one line a feature: its router, nothing else.",
      from: { path: "^server/trpc/root\\.ts$" },
      to: {
        path: "^server/[^/]+/",
        pathNot: ["^server/trpc/", "^server/[^/]+/router\\.ts$", "-router\\.ts$"],
      },
    },
    {
      name: "only-stores-touch-prisma",
      severity: "error",
      comment:
        "Verbs get data through a store; routers never query. What begins a process may open the client.",
      from: {
        path: "^(server|collector|domain|app|components)/",
        pathNot: ["-store\\.ts$", "^server/(db|main|verify-audit)\\.ts$", test],
      },
      to: {
        path: "(^server/db\\.ts$|^prisma/generated/|^node_modules/@prisma/)",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "main-opens-prisma-through-db",
      severity: "error",
      comment: "server/db.ts is the one place that makes a client.",
      from: { path: "^server/(main|verify-audit)\\.ts$" },
      to: { path: "(^prisma/generated/|^node_modules/@prisma/)" },
    },
    {
      name: "no-test-code-in-production",
      severity: "error",
      comment: "Tests, e2e and fixtures are imported by tests and benchmarks only.",
      from: { pathNot: mayUseTestCode },
      to: { path: testCode },
    },
    {
      name: "nothing-imports-benchmarks",
      severity: "error",
      comment: "bench/ measures the product from outside.",
      from: { pathNot: "^bench/" },
      to: { path: "^bench/", pathNot: test },
    },
    {
      name: "no-undeclared-package",
      severity: "error",
      comment: "Declare it in package.json, with an exact version.",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "no-dev-package-in-production",
      severity: "error",
      comment: "`npm start` installs without development packages: move it to dependencies.",
      from: {
        path: "^(app|components|server|domain|collector|scripts/start)/|^scripts/(bootstrap|start|build)\\.mjs$",
        pathNot: test,
      },
      to: {
        dependencyTypes: ["npm-dev"],
        dependencyTypesNot: ["type-only"],
        pathNot: "^node_modules/@types/",
      },
    },
    {
      name: "no-orphans",
      severity: "error",
      comment: "Nothing uses it: remove it.",
      from: { orphan: true, path: "^(components|server|domain|collector)/", pathNot: test },
      to: {},
    },
    {
      name: "no-unresolvable",
      severity: "error",
      comment: "The path or package does not exist.",
      from: {},
      to: { couldNotResolve: true, pathNot: "^prisma/generated/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|\\.next)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
