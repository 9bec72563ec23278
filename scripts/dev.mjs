// `npm run dev`: pages reload by themselves (Next); an edit in server/, domain/ or collector/ restarts the server, while
// the embedded database stays up.
import { spawn } from "node:child_process";
import { watch } from "node:fs";
import path from "node:path";
import { tsImport } from "tsx/esm/api";
import { checkPort } from "./start/check-port.mjs";
import { readSettings } from "./start/read-settings.mjs";
import { sentenceOf } from "./start/start-problem.mjs";
import { createSteps } from "./start/steps.mjs";

const root = path.resolve(import.meta.dirname, "..");
const watched = ["server", "domain", "collector"];
const SETTLE_MS = 150;
const CHILD_STOP_LIMIT_MS = 10_000;

process.chdir(root);
process.env.NODE_ENV = "development";
process.env.NEXT_TELEMETRY_DISABLED = "1";
const steps = createSteps();

async function startDatabase(settings) {
  if (settings.databaseUrl !== null) return null;
  const { startEmbeddedDatabase } = await tsImport("../server/database/index.ts", import.meta.url);
  const database = await startEmbeddedDatabase({ dataDir: settings.dataDir, log: steps.say });
  process.env.DATABASE_URL = database.url;
  return database;
}

/** Runs the server; `restart` ends it and runs it again, one at a time, whatever the number of edits. */
function superviseServer() {
  let child = null;
  let isStopping = false;
  let turn = Promise.resolve();

  const launch = () => {
    const file = path.join(root, "scripts/start/dev-server.mjs");
    const started = spawn(process.execPath, ["--import", "tsx", file], { stdio: "inherit" });
    child = started;
    started.once("exit", (code) => {
      if (child !== started) return;
      child = null;
      if (!isStopping && code !== 0) steps.say("  waiting for an edit …");
    });
  };
  const end = async () => {
    const ending = child;
    if (ending === null) return;
    child = null;
    const ended = new Promise((resolve) => ending.once("exit", resolve));
    const timer = setTimeout(() => ending.kill("SIGKILL"), CHILD_STOP_LIMIT_MS);
    ending.kill("SIGTERM");
    await ended;
    clearTimeout(timer);
  };
  const enqueue = (work) => (turn = turn.then(work));
  launch();
  return {
    restart: () =>
      enqueue(async () => {
        await end();
        if (!isStopping) launch();
      }),
    stop: () => {
      isStopping = true;
      return enqueue(end);
    },
  };
}

function watchSources(onEdit) {
  let timer = null;
  for (const folder of watched) {
    watch(path.join(root, folder), { recursive: true }, (_, file) => {
      if (file === null || !/\.ts$/.test(file) || /\.test\.ts$/.test(file)) return;
      clearTimeout(timer);
      timer = setTimeout(() => onEdit(`${folder}/${file}`), SETTLE_MS);
    });
  }
}

let database = null;
let server = null;
let stopping = null;
const stop = async () => {
  await server?.stop();
  await database?.stop();
  process.exit(0); // a database that was still starting is ended by this
};
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => (stopping ??= stop()));

try {
  const settings = await steps.run("settings", async () => readSettings());
  await checkPort(settings);
  database = await startDatabase(settings);
  server = superviseServer();
  watchSources((file) => {
    steps.say(`  ${file} changed: restarting the server`);
    void server.restart();
  });
} catch (error) {
  steps.clear();
  steps.say(`✗ ${sentenceOf(error)}`);
  process.exit(1);
}
