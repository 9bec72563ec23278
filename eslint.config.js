import js from "@eslint/js";
import next from "@next/eslint-plugin-next";
import { defineConfig, globalIgnores } from "eslint/config";
import checkFile from "eslint-plugin-check-file";
import playwright from "eslint-plugin-playwright";
import reactHooks from "eslint-plugin-react-hooks";
import noEffect from "eslint-plugin-react-you-might-not-need-an-effect";
import tseslint from "typescript-eslint";

// ESLint replaces a rule's options, it does not merge them: each list below is put together from these parts,
// so that a folder with a further restriction keeps the general ones.

const aliasOnly = {
  regex: "^\\.\\./\\.\\.",
  message: "Use the @/ alias: it stays right when the file moves.",
};

const noTrpcErrors = {
  name: "@trpc/server",
  importNames: ["TRPCError"],
  message:
    "Throw AppError from @/server/errors; the middleware in server/trpc maps it, in one place.",
};

const sendingHttp = "Send HTTP through @/server/upstream: limits, deadline, circuit, cancellation.";
const httpClientNames = ["request", "get", "Agent", "ClientRequest", "globalAgent", "default"];
const noHttpClients = [
  "undici",
  "node:https",
  "https",
  "node:http2",
  "http2",
  "axios",
  "got",
  "ky",
  "node-fetch",
]
  .map((name) => ({ name, message: sendingHttp }))
  .concat(
    ["node:http", "http"].map((name) => ({
      name,
      importNames: httpClientNames,
      message: sendingHttp,
    })),
  );

const zodNamespaceOnly = [
  {
    // With a named `z` the whole library, its locales included, reaches the browser.
    selector:
      "ImportDeclaration[source.value='zod'] > :matches(ImportSpecifier, ImportDefaultSpecifier)",
    message: 'Write import * as z from "zod": only then unused parts are left out of the bundle.',
  },
  {
    selector: "ImportDeclaration[source.value=/^zod[/]/]",
    message: 'One door to zod: import * as z from "zod".',
  },
];

const noClock = {
  selector:
    ":matches(NewExpression[callee.name='Date'][arguments.length=0], CallExpression[callee.object.name=/^(Date|performance)$/][callee.property.name='now'])",
  message: "domain/ has no clock: take nowMs as an argument.",
};

const noThemeVariants = [
  "Literal[value=/(^|\\s)dark:/]",
  "TemplateElement[value.raw=/(^|\\s)dark:/]",
].map((selector) => ({
  selector,
  message: "No dark: variants. The tokens in app/tokens.css hold both themes.",
}));

const noProcessEnv = {
  object: "process",
  property: "env",
  message: "Read settings from @/server/env: validated once, empty string = unset.",
};
const noFetchProperty = { object: "globalThis", property: "fetch", message: sendingHttp };
const noFetch = ["fetch", "WebSocket", "EventSource", "XMLHttpRequest"].map((name) => ({
  name,
  message: sendingHttp,
}));

const tests = ["**/*.test.{ts,tsx}", "e2e/**/*.ts", "fixtures/**/*.ts"];
const tools = ["*.config.ts", "scripts/**/*.ts", "bench/**/*.ts"];

export default defineConfig(
  globalIgnores([
    ".next/",
    "dist/",
    ".data/",
    "artifacts/",
    "coverage/",
    "playwright-report/",
    "test-results/",
    "prisma/generated/",
    "next-env.d.ts",
  ]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.{ts,tsx}"],
    extends: [
      js.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
    ],
    plugins: { "check-file": checkFile },
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      complexity: ["error", 12],
      "max-params": ["error", 3],
      eqeqeq: "error",
      "no-console": "error",
      "no-restricted-properties": ["error", noProcessEnv],
      "no-restricted-imports": ["error", { paths: [noTrpcErrors], patterns: [aliasOnly] }],
      "no-restricted-syntax": ["error", ...zodNamespaceOnly],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Handlers, stores and verbs return a promise by contract, whether or not they wait today.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      // React takes async functions as event handlers, and its types say void.
      "@typescript-eslint/no-misused-promises": [
        "error",
        { checksVoidReturn: { attributes: false } },
      ],
      "check-file/filename-naming-convention": [
        "error",
        { "**/*.{ts,tsx}": "KEBAB_CASE" },
        { ignoreMiddleExtensions: true },
      ],
      "check-file/filename-blocklist": [
        "error",
        {
          "**/{utils,util,helpers,helper,misc,common,types,constants,lib}.{ts,tsx}":
            "*-what-it-does.ts",
        },
      ],
      "check-file/folder-naming-convention": [
        "error",
        {
          "{components,domain,server,collector,bench,e2e,fixtures,scripts}/**/": "KEBAB_CASE",
          "app/**/": "NEXT_JS_APP_ROUTER_CASE",
        },
      ],
    },
  },
  {
    files: ["{app,components}/**/*.{ts,tsx}"],
    extends: [
      reactHooks.configs.flat.recommended,
      noEffect.configs.recommended,
      next.configs["core-web-vitals"],
    ],
    rules: { "no-restricted-syntax": ["error", ...zodNamespaceOnly, ...noThemeVariants] },
  },
  {
    files: ["domain/**/*.ts"],
    ignores: tests,
    rules: { "no-restricted-syntax": ["error", ...zodNamespaceOnly, noClock] },
  },
  {
    files: ["{server,collector}/**/*.ts"],
    ignores: ["server/upstream/**", ...tests],
    rules: {
      "no-restricted-globals": ["error", ...noFetch],
      "no-restricted-properties": ["error", noProcessEnv, noFetchProperty],
      "no-restricted-imports": [
        "error",
        { paths: [noTrpcErrors, ...noHttpClients], patterns: [aliasOnly] },
      ],
    },
  },
  {
    // The one place that turns AppError into tRPC's error. It sends nothing, so the other limits stay.
    files: ["server/trpc/**/*.ts"],
    rules: {
      "no-restricted-imports": ["error", { paths: noHttpClients, patterns: [aliasOnly] }],
    },
  },
  {
    // The logger must exist before the settings are read: a bad setting is reported through it.
    files: ["server/env.ts", "server/logger.ts", ...tools],
    rules: { "no-restricted-properties": "off" },
  },
  {
    files: tests,
    rules: {
      "max-lines": "off",
      "no-restricted-properties": "off", // a test sets the environment of what it starts
      "@typescript-eslint/no-non-null-assertion": "off", // a wrong one fails the test, which is its job
    },
  },
  { files: ["bench/**/*.ts"], rules: { "no-console": "off" } }, // a benchmark's table is its product
  {
    // Examples for other tools: they read their own environment and print what they found.
    files: ["docs/api/**/*.ts"],
    rules: { "no-console": "off", "no-restricted-properties": "off" },
  },
  {
    files: ["e2e/**/*.spec.ts"],
    extends: [playwright.configs["flat/recommended"]],
    rules: {
      "playwright/expect-expect": ["error", { assertFunctionPatterns: ["^expect", "^check"] }],
    },
  },
  {
    // Playwright's fixtures take `{}` where they need no other fixture, and call a function named `use`.
    files: ["e2e/**/*.ts"],
    rules: { "no-empty-pattern": "off" },
  },
  {
    // Plain JavaScript runs before anything is installed or compiled, so no types are known here.
    files: ["**/*.{js,mjs,cjs}"],
    extends: [js.configs.recommended],
    languageOptions: {
      sourceType: "module",
      globals: Object.fromEntries(
        [
          "AbortController",
          "AbortSignal",
          "Buffer",
          "URL",
          "WebAssembly",
          "clearInterval",
          "clearTimeout",
          "console",
          "fetch",
          "performance",
          "process",
          "queueMicrotask",
          "setImmediate",
          "setInterval",
          "setTimeout",
          "TextDecoder",
          "TextEncoder",
          "structuredClone",
        ].map((name) => [name, "readonly"]),
      ),
    },
    rules: { eqeqeq: "error", complexity: ["error", 15], "max-params": ["error", 4] },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: { sourceType: "commonjs", globals: { module: "writable" } },
  },
);
