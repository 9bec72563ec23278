import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createClient } from "@hey-api/openapi-ts";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OpenApiDocument } from "@/server/rest-api/document/open-api";
import { routeDescriptions } from "@/server/rest-api/written/route-descriptions";
import { cleanUpAll, makeKey, newDataDir, startPortal, until } from "./portal-process";

// The API as other tools meet it: the built product, its own document, and the scripts of docs/api.

const root = path.resolve(import.meta.dirname, "../..");
const examples = path.join(root, "docs/api");
const names = [
  "gpu-now",
  "gpu-history",
  "wait-for-pressure",
  "report-inference",
  "make-and-revoke-key",
] as const;

let portal: Awaited<ReturnType<typeof startPortal>>;
let document: OpenApiDocument;
const keys = { read: "", ingest: "", admin: "" };

beforeAll(async () => {
  portal = await startPortal();
  await portal.ready();
  keys.read = await makeKey(portal, "read");
  keys.ingest = await makeKey(portal, "ingest");
  keys.admin = portal.asAdmin.authorization.replace("Bearer ", "");
  const as = { headers: { authorization: `Bearer ${keys.read}` } };
  document = (await (await fetch(`${portal.url}/api/openapi.json`, as)).json()) as OpenApiDocument;
  await until("three stored samples", async () => {
    const answer = await fetch(`${portal.url}/api/system/gpu/history`, as);
    const { items } = (await answer.json()) as { items: unknown[] };
    return items.length >= 3;
  });
});
afterAll(cleanUpAll);

/** What a program printed; rejects with what it said when it ended with an error. */
function run(command: string, args: string[], more: Record<string, string> = {}): Promise<string> {
  const env = { ...process.env, SIGHTLINE_URL: portal.url, PYTHONDONTWRITEBYTECODE: "1", ...more };
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd: root, env, timeout: 120_000 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command} ${args.join(" ")}: ${stdout}${stderr}`));
      else resolve(stdout);
    });
  });
}

const tsc = path.join(root, "node_modules/typescript/bin/tsc");

describe("worked scripts of docs/api", () => {
  const languages = {
    curl: { command: "bash", file: (name: string) => `curl/${name}.sh` },
    typescript: { command: process.execPath, file: (name: string) => `typescript/${name}.ts` },
    python: {
      command: "python3",
      file: (name: string) => `python/${name.replaceAll("-", "_")}.py`,
    },
  };
  const said: Record<(typeof names)[number], RegExp> = {
    "gpu-now": /^\S+ "?NVIDIA[^\n]* \d+ \d+$/m,
    "gpu-history": /^page 1: \d+ samples$/m,
    "wait-for-pressure": /^(?:level "?(?:normal|warning|critical)"?, \d+ at once\n){2}$/,
    "report-inference": /^\{"accepted":1,"refused":\[\]\}\n$/,
    "make-and-revoke-key": /^made: 200\nrevoked: 401\n$/,
  };
  const keyFor = (name: (typeof names)[number]) =>
    name === "report-inference"
      ? keys.ingest
      : name === "make-and-revoke-key"
        ? keys.admin
        : keys.read;

  for (const [language, { command, file }] of Object.entries(languages))
    for (const name of names)
      test(`${language}: ${name}`, async ({ skip }) => {
        if (!isThere(command)) {
          process.stdout.write(`Skipped ${file(name)}: this machine has no ${command}.\n`);
          skip(`no ${command} here`);
        }
        const key = { SIGHTLINE_API_KEY: keyFor(name) };
        expect(await run(command, [path.join(examples, file(name))], key)).toMatch(said[name]);
      });

  test("all of them are run", () => {
    for (const [language, { file }] of Object.entries(languages)) {
      const there = readdirSync(path.join(examples, language))
        .filter((name) => !/^(?:sightline\.py|__pycache__)$/.test(name))
        .map((name) => `${language}/${name}`);
      expect(there.sort()).toEqual(names.map(file).sort());
    }
  });

  test("a refused script says why, and fails", async () => {
    const script = path.join(examples, "curl/report-inference.sh");
    const refused = run("bash", [script], { SIGHTLINE_API_KEY: keys.read });
    await expect(refused).rejects.toThrow(/"code":"FORBIDDEN".*API key of the kind ingest/s);
  });
});

function isThere(command: string): boolean {
  try {
    execFileSync(command, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe("a client that is generated from the document", () => {
  test("compiles, and calls the running server: answers and refusals", async () => {
    const folder = newDataDir();
    const documentFile = path.join(folder, "openapi.json");
    writeFileSync(documentFile, JSON.stringify(document));
    await createClient({
      input: documentFile,
      output: path.join(folder, "client"),
      plugins: ["@hey-api/client-fetch"],
      logs: { level: "silent" },
    });
    const consumer = path.join(folder, "consumer.ts");
    writeFileSync(consumer, generatedConsumer);
    const options = {
      strict: true,
      noEmit: true,
      target: "ES2023",
      lib: ["ES2024", "dom", "dom.iterable"],
      module: "Preserve",
      moduleResolution: "Bundler",
      typeRoots: [path.join(root, "node_modules/@types")],
      types: ["node"],
    };
    const project = path.join(folder, "tsconfig.json");
    writeFileSync(project, JSON.stringify({ compilerOptions: options, include: ["**/*.ts"] }));
    await run(process.execPath, [tsc, "-p", project]);

    const outfile = path.join(folder, "consumer.mjs");
    await build({
      entryPoints: [consumer],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
    });
    const output = await run(process.execPath, [outfile], {
      READ_KEY: keys.read,
      ADMIN_KEY: keys.admin,
    });
    expect(JSON.parse(output)).toEqual({
      gpus: 2,
      series: ["utilizationPercent", "powerWatts"],
      level: "string",
      flat: ["string", 2],
      webhook: "https://hooks.example.org/x",
      deleted: true,
      nobody: [401, "UNAUTHENTICATED"],
      forbidden: [403, "FORBIDDEN"],
      invalid: [422, "INVALID", "toMs"],
      missing: [404, "NOT_FOUND"],
    });
  });
});

const generatedConsumer = `
import { createClient } from "./client/client";
import * as api from "./client";

const baseUrl = process.env.SIGHTLINE_URL ?? "";
const reader = createClient({ baseUrl, auth: process.env.READ_KEY });
const admin = createClient({ baseUrl, auth: process.env.ADMIN_KEY });

const latest = await api.gpuLatest({ client: reader, throwOnError: true });
const [first] = latest.data.gpus;
const gpuUuid: string = first?.sample.gpuUuid ?? "";
const toMs = latest.data.serverTimeMs;
const range = { gpuUuids: [gpuUuid], fromMs: toMs - 600_000, toMs, maxPoints: 100 };
const history = await api.gpuHistory({
  client: reader,
  throwOnError: true,
  query: { ...range, metrics: ["utilizationPercent", "powerWatts"] },
});
const pressure = await api.gpuPressure({ client: reader, throwOnError: true });
const flat = await api.getSystemGpu({ client: reader, throwOnError: true, query: { gpu: "0" } });
const created = await api.gpuPressureWebhooksCreate({
  client: admin,
  throwOnError: true,
  body: { name: "generated", url: "https://hooks.example.org/x" },
});
const { id } = created.data.webhook;
const deleted = await api.gpuPressureWebhooksDelete({ client: admin, throwOnError: true, body: { id } });

// On this machine nobody may read, so that the refusal needs a key that does not hold.
const nobody = await api.gpuLatest({ client: createClient({ baseUrl, auth: "sl_read_wrong" }) });
const forbidden = await api.keysList({ client: reader });
const invalid = await api.gpuHistory({
  client: reader,
  query: { ...range, fromMs: 0, metrics: ["powerWatts"] },
});
const missing = await api.getSystemGpu({ client: reader, query: { gpu: "99" } });

console.log(JSON.stringify({
  gpus: latest.data.gpus.length,
  series: Object.keys(history.data.series[0]?.mean ?? {}),
  level: typeof pressure.data.level,
  flat: [typeof flat.data.gpu_name, flat.data.gpus.length],
  webhook: created.data.webhook.url,
  deleted: deleted.data.deleted,
  nobody: [nobody.response?.status, nobody.error?.error.code],
  forbidden: [forbidden.response?.status, forbidden.error?.error.code],
  invalid: [invalid.response?.status, invalid.error?.error.code, invalid.error?.error.fields?.[0]?.field],
  missing: [missing.response?.status, missing.error?.error.code],
}));
`;

describe("sightline/client", () => {
  test("installed elsewhere, its types stand alone, and it calls the running server", async () => {
    const folder = newDataDir();
    mkdirSync(path.join(folder, "node_modules"));
    symlinkSync(root, path.join(folder, "node_modules/sightline"));
    const consumer = path.join(folder, "consumer.mts");
    writeFileSync(consumer, clientConsumer);
    const options = {
      strict: true,
      exactOptionalPropertyTypes: true,
      target: "ES2023",
      lib: ["ES2024", "dom", "dom.iterable"],
      module: "NodeNext",
      types: ["node"],
      typeRoots: [path.join(root, "node_modules/@types")],
    };
    const project = path.join(folder, "tsconfig.json");
    writeFileSync(project, JSON.stringify({ compilerOptions: options, files: ["consumer.mts"] }));
    await run(process.execPath, [tsc, "-p", project]);
    const output = await run(process.execPath, [path.join(folder, "consumer.mjs")], {
      READ_KEY: keys.read,
    });
    expect(JSON.parse(output)).toEqual({
      gpus: 2,
      forbidden: ["FORBIDDEN", 403, "string"],
      invalid: ["INVALID", 400, "string"],
      wrongKey: ["UNAUTHENTICATED", 401, "string"],
      timeout: ["TIMEOUT", null, "object"],
    });
  });

  test("its written types are those that the source infers", async () => {
    const folder = newDataDir();
    const file = path.join(folder, "same-types.ts");
    const written = JSON.stringify(path.join(root, "dist/client.js"));
    const inferred = JSON.stringify(path.join(root, "client/index"));
    writeFileSync(
      file,
      `import type { SightlineClient as Written } from ${written};
import type { SightlineClient as Inferred } from ${inferred};
type Takes<Expected, Given extends Expected> = [Expected, Given];
export type Both = [Takes<Written, Inferred>, Takes<Inferred, Written>];
`,
    );
    const project = path.join(folder, "tsconfig.json");
    const compilerOptions = {
      noEmit: true,
      incremental: false,
      plugins: [],
      paths: { "@/*": [path.join(root, "*")] },
      typeRoots: [path.join(root, "node_modules/@types")],
    };
    const config = { extends: path.join(root, "tsconfig.json"), compilerOptions, include: [file] };
    writeFileSync(project, JSON.stringify(config));
    await run(process.execPath, [tsc, "-p", project]);
  });
});

const clientConsumer = `
import { createSightlineClient, SightlineError, type GpuFleet } from "sightline/client";

const url = process.env["SIGHTLINE_URL"] ?? "";
const client = createSightlineClient({ url, apiKey: process.env["READ_KEY"] });
const fleet: GpuFleet = await client.gpu.latest.query();
// @ts-expect-error what is no procedure is no member
client.gpu.nothing;
// @ts-expect-error a query is not changed
client.gpu.latest.mutate;

async function failure(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    if (error instanceof SightlineError) return [error.code, error.status, typeof error.requestId];
  }
  return [];
}

const range = { fromMs: 2, toMs: 1, maxPoints: 10 };
console.log(JSON.stringify({
  gpus: fleet.gpus.length,
  forbidden: await failure(client.keys.list.query()),
  invalid: await failure(client.gpu.history.query({ ...range, gpuUuids: ["x"], metrics: ["powerWatts"] })),
  wrongKey: await failure(createSightlineClient({ url, apiKey: "sl_read_wrong" }).gpu.latest.query()),
  timeout: await failure(client.gpu.latest.query(undefined, { timeoutMs: 0 })),
}));
`;

describe("the document and the running server", () => {
  const ask = (address: string, key: string) =>
    fetch(`${portal.url}${address}`, { headers: { authorization: `Bearer ${key}` } });

  test("every address that answers JSON answers what is described", async () => {
    const isoHourAgo = new Date(Date.now() - 3_600_000).toISOString();
    let checked = 0;
    for (const [name, { answers }] of Object.entries(routeDescriptions)) {
      const [method, address = ""] = name.split(" ");
      if (method !== "GET" || address.includes("/oidc/")) continue;
      const response = await ask(`${address}${queries(isoHourAgo)[address] ?? ""}`, keys.admin);
      const described = answers.find(({ status }) => status === response.status);
      expect(described, `${name} answered ${response.status}`).toBeDefined();
      if (!described?.schema || described.contentType !== undefined) {
        await response.body?.cancel(); // a stream has no end
        continue;
      }
      const problem = described.schema.safeParse(await response.json()).error;
      expect(problem?.issues ?? [], name).toEqual([]);
      checked++;
    }
    expect(checked).toBeGreaterThan(10);
  });

  test("every query answers by REST what it answers by tRPC", async () => {
    const queryOperations = Object.entries(document.paths).flatMap(([address, { get }]) =>
      get?.["x-procedure"] === undefined ? [] : [{ address, procedure: get["x-procedure"], get }],
    );
    expect(queryOperations.length).toBeGreaterThan(12);
    for (const { address, procedure, get } of queryOperations) {
      const shown = (get.parameters ?? []).filter(({ example }) => example !== undefined);
      const input = Object.fromEntries(shown.map(({ name, example }) => [name, example]));
      const query = new URLSearchParams(
        shown.flatMap(({ name, example }) =>
          [example].flat().map((value) => [name, JSON.stringify(value).replaceAll('"', "")]),
        ),
      );
      const rest = await ask(`${address}?${query.toString()}`, keys.admin);
      const search = get.parameters ? `?input=${encodeURIComponent(JSON.stringify(input))}` : "";
      const trpc = await ask(`/api/trpc/${procedure}${search}`, keys.admin);
      expect(rest.status, procedure).toBe(trpc.status);
      const { result, error } = (await trpc.json()) as {
        result?: { data: object };
        error?: object;
      };
      const body = (await rest.json()) as { error?: object };
      expect(body.error === undefined, procedure).toBe(error === undefined);
      expect(Object.keys(body).sort(), procedure).toEqual(
        Object.keys(result?.data ?? { error }).sort(),
      );
    }
  });
});

const queries = (from: string): Record<string, string> => ({
  "/api/system/gpu/export": `?from=${from}&to=${new Date().toISOString()}`,
  "/api/system/gpu/points": `?from=${from}&to=${new Date().toISOString()}`,
  "/api/system/gpu/processes": "?gpu=0",
  "/api/audit/export": "?format=csv",
  "/api/tokens/ranks": "?encoding=r50k_base",
  "/api/tokens/ledger/export": `?format=csv&fromMs=${Date.parse(from)}&toMs=${Date.now()}`,
});
