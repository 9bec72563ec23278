// `npm run agent -- --portal URL [--key-file F] [--host NAME] [--data-dir D] [--samples-log F]`: reads the GPUs of this machine and
// sends them to a portal on another one. Settings of the collector come from the environment or `.env`, as for the portal.
import { hostname } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { createSteps } from "./start/steps.mjs";
import { createFailOnce } from "./start/fail-once.mjs";
import { StartProblem } from "./start/start-problem.mjs";
import { stopOnSignal } from "./start/stop-on-signal.mjs";

const root = path.resolve(import.meta.dirname, "..");
const calledFrom = process.env.INIT_CWD ?? process.cwd(); // npm runs its scripts at the root
process.chdir(root);
process.env.NODE_ENV = "production";

const USAGE =
  "npm run agent -- --portal URL [--key-file FILE] [--host NAME] [--data-dir FOLDER] [--samples-log FILE]";
const text = { type: "string" };
const options = {
  portal: text,
  "key-file": text,
  host: text,
  "data-dir": text,
  "samples-log": text,
  env: text, // read by read-settings.mjs
};

const steps = createSteps();
const stopping = stopOnSignal({ steps });
const { fail, hasFailed } = createFailOnce({ steps, stopping });
for (const event of ["uncaughtException", "unhandledRejection"]) process.on(event, fail);
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

function readArguments() {
  let values;
  try {
    ({ values } = parseArgs({ options, strict: true, allowPositionals: false }));
  } catch (error) {
    throw new StartProblem(`${error.message.split(".")[0]}. Usage: ${USAGE}`);
  }
  const portal = URL.parse(values.portal ?? "");
  if (!portal || !["http:", "https:"].includes(portal.protocol) || portal.username !== "")
    throw new StartProblem(
      `--portal must be the address of the portal, such as https://portal.example. Usage: ${USAGE}`,
    );
  if (values.host !== undefined && !/^[\w.-]{1,253}$/.test(values.host))
    throw new StartProblem("--host must be letters, digits, dots, hyphens and underscores.");
  const fileOf = (name) => (values[name] ? path.resolve(calledFrom, values[name]) : null);
  return {
    portalUrl: values.portal,
    host: values.host,
    keyFile: fileOf("key-file"),
    dataDir: fileOf("data-dir"),
    samplesLog: fileOf("samples-log"),
  };
}

async function start() {
  const given = readArguments();
  const { readSettings } = await import("./start/read-settings.mjs");
  const settings = await steps.run("settings", async () => readSettings());
  const { build } = await import("./build.mjs");
  await steps.run("build", () => build({ part: "agent", signal: stopping.signal }));
  stopping.signal.throwIfAborted();
  const { startAgent } = await import(pathToFileURL(path.join(root, "dist/agent.mjs")).href);
  const hostName = given.host ?? settings.gpuHostName ?? hostname();
  await stopping.track(
    startAgent({
      portalUrl: given.portalUrl,
      keyFile: given.keyFile,
      dataDir: given.dataDir ?? path.resolve(settings.dataDir),
      samplesLog: given.samplesLog,
      settings: { ...settings, hostName },
      collector: { command: process.execPath, args: [path.join(root, "dist", "collector.mjs")] },
      say: steps.say,
      onStep: steps.begin,
    }),
  );
  steps.end();
  if (!hasFailed() && !stopping.signal.aborted)
    steps.say(`Sightline agent is running: GPUs of ${hostName} go to ${given.portalUrl}`);
}

start().catch(fail);
