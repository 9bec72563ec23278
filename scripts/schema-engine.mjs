#!/usr/bin/env node
// Stands in for Prisma's native `schema-engine`, which cannot be downloaded everywhere: the same JSON-RPC over stdio, answered
// by Prisma's own engine as WASM. prisma.config.ts points PRISMA_SCHEMA_ENGINE_BINARY here; then migrate, db, generate,
// validate and format work without a download. PostgreSQL only. This file must stay executable.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import pg from "pg";
import { PrismaPgForMigrations } from "./pg-migration-adapter.mjs";

function parseArguments(argv) {
  const options = { datamodels: [], datasource: {}, cli: undefined };
  const words = [...argv];
  for (let flag = words.shift(); flag !== undefined; flag = words.shift()) {
    if (flag === "--version" || flag === "-V") {
      console.log("schema-engine-cli wasm");
      process.exit(0);
    }
    const value = words.shift();
    if (flag === "cli") return { ...options, cli: value };
    if (flag === "--datamodels" || flag === "-d") options.datamodels.push(value);
    if (flag === "--datasource") {
      const text = value.startsWith("{") ? value : Buffer.from(value, "base64").toString("utf8");
      options.datasource = JSON.parse(text);
    }
  }
  return options;
}

const options = parseArguments(process.argv.slice(2));
const { url } = options.datasource;

const writeLog = (entry) => process.stderr.write(`${JSON.stringify(entry)}\n`);
const log = (level, fields) =>
  writeLog({ timestamp: new Date().toISOString(), level, fields, target: "schema_engine::logger" });
// The CLI drops the first line.
writeLog({ level: "INFO", fields: { message: "schema-engine wasm" }, target: "schema_engine" });

async function withClient(connectionString, work) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const databaseName = () => decodeURIComponent(new URL(url).pathname.slice(1));
const withoutQuery = (text) => text.replace(/\?.*$/, "");

function adminUrl() {
  const admin = new URL(url);
  admin.pathname = "/postgres";
  admin.search = "";
  return admin.href;
}

async function createDatabase() {
  const name = databaseName();
  await withClient(adminUrl(), async (client) => {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (found.rowCount === 0)
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  });
  return name;
}

const cliCommands = {
  "can-connect-to-database": async () => {
    await withClient(withoutQuery(url), (client) => client.query("SELECT 1"));
    return "Connection successful";
  },
  "create-database": async () => `Successfully created database '${await createDatabase()}'`,
  "drop-database": () =>
    withClient(adminUrl(), async (client) => {
      await client.query(
        `DROP DATABASE IF EXISTS ${client.escapeIdentifier(databaseName())} WITH (FORCE)`,
      );
      return "The database was successfully dropped.";
    }),
};

/** PostgreSQL's and the system's codes in Prisma's words; anything else is "access denied". */
const prismaCodes = {
  "3D000": "P1003",
  "28P01": "P1000",
  ECONNREFUSED: "P1001",
  ENOTFOUND: "P1001",
};

async function runCli(command) {
  try {
    log("INFO", { message: await cliCommands[command]() });
    process.exit(0);
  } catch (error) {
    const code = prismaCodes[error.code] ?? "P1010";
    const message =
      code === "P1001" ? `Can't reach database server at \`${new URL(url).host}\`` : error.message;
    log("ERROR", { is_panic: false, error_code: code, message });
    process.exit(1);
  }
}

globalThis.PRISMA_WASM_PANIC_REGISTRY = {
  message: "",
  set_message(message) {
    this.message = message;
    writeLog({ level: "ERROR", fields: { message } });
  },
};

/** The engine that the installed CLI ships (without its JavaScript glue), else that of the WASM package. */
function wasmFile() {
  const fromProject = createRequire(path.join(process.cwd(), "x.js"));
  try {
    const own = path.join(
      path.dirname(fromProject.resolve("prisma/package.json")),
      "build/schema_engine_bg.wasm",
    );
    if (fs.existsSync(own)) return own;
  } catch {
    // no `prisma` package here
  }
  const wasmPackage = path.dirname(
    createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm"),
  );
  return path.join(wasmPackage, "schema_engine_bg.wasm");
}

async function startEngine() {
  const glue = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const { instance } = await WebAssembly.instantiate(fs.readFileSync(wasmFile()), {
    "./schema_engine_bg.js": glue,
  });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  const adapter = bindMigrationAwareSqlAdapterFactory(
    new PrismaPgForMigrations(url ?? "postgresql://127.0.0.1:1/none"),
  );
  const empty = [["schema.prisma", 'datasource db {\n  provider = "postgresql"\n}\n']];
  const datamodels = options.datamodels.map((file) => [file, fs.readFileSync(file, "utf8")]);
  return glue.SchemaEngine.new(
    { datamodels: datamodels.length > 0 ? datamodels : empty },
    () => undefined,
    adapter,
  );
}
let engineStart;
const engine = () => (engineStart ??= startEngine());

/**
 * The WASM engine forgets its shadow database in `evaluateDataLoss`: it then finds the schema of the migrations only in its
 * cache, which is out of date when this run has applied migrations (yours made with --create-only, or a colleague's).
 * `devDiagnostic` fills the cache.
 */
async function callEngine(method, params) {
  const started = await engine();
  try {
    return await started[method](params);
  } catch (error) {
    if (!/external factory/.test(String(error?.message)) || !params?.migrationsList) throw error;
    await started.devDiagnostic({ migrationsList: params.migrationsList, filters: params.filters });
    return started[method](params);
  }
}

const send = (message) =>
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

/** What the CLI asks beyond the engine's own methods, or under another name. */
const methods = {
  createDatabase: async () => ({ databaseName: await createDatabase() }),
  dbExecute: async ({ datasourceType, script }) => {
    await withClient(withoutQuery(datasourceType?.url ?? url), (client) => client.query(script));
    return null;
  },
  getDatabaseVersion: (params) => callEngine("version", params ?? null),
  diff: async (params, id) => {
    const { exitCode, stdout } = await callEngine("diff", params);
    if (stdout) send({ id: 900_000 + id, method: "print", params: { content: stdout } });
    return { exitCode, stdout: stdout ?? null };
  },
};

async function answer({ id, method, params }) {
  try {
    const result = methods[method]
      ? await methods[method](params, id)
      : await callEngine(method, params);
    send({ id, result: result ?? null });
  } catch (error) {
    const data = {
      is_panic: false,
      message: String(error?.message ?? error),
      meta: null,
      error_code: error?.code ?? null,
    };
    send({
      id,
      error: { code: 4466, message: "An error happened. Check the data field for details.", data },
    });
  }
}

if (options.cli) await runCli(options.cli);
let queue = Promise.resolve(); // one request after the other: the engine keeps state
const input = readline.createInterface({ input: process.stdin, crlfDelay: Infinity });
input.on("line", (line) => {
  if (!line.trim()) return;
  const request = JSON.parse(line);
  if (request.method) queue = queue.then(() => answer(request));
});
input.on("close", () => queue.finally(() => process.exit(0)));
