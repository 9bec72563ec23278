// `npm start`: settings, port, build when stale, then the server in this same process. Each step is one line on stderr;
// whatever goes wrong is one sentence and exit code 1.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { createSteps } from "./start/steps.mjs";
import { describeCollector } from "./start/describe-collector.mjs";
import { createFailOnce } from "./start/fail-once.mjs";
import { StartProblem } from "./start/start-problem.mjs";
import { stopOnSignal } from "./start/stop-on-signal.mjs";

const root = path.resolve(import.meta.dirname, "..");
process.chdir(root); // DATA_DIR and .env are relative to the checkout, wherever this was called from
process.env.NODE_ENV = "production";
process.env.NEXT_TELEMETRY_DISABLED = "1";
process.env.NEXT_UNHANDLED_REJECTION_FILTER = "disabled"; // it is for rendering on demand, and our pages are static

const steps = createSteps();
const stopping = stopOnSignal({ steps });
const { fail, hasFailed } = createFailOnce({ steps, stopping });
const lastResorts = ["uncaughtException", "unhandledRejection"];
for (const event of lastResorts) process.on(event, fail);
// Next adds listeners of its own, which print the stack and go on.
process.on("newListener", (event, listener) => {
  if (lastResorts.includes(event)) process.nextTick(() => process.off(event, listener));
});
// A terminal or pipe that has gone away must not end the server.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

/** The server's own errors are sentences already. */
async function startServer() {
  const server = await import(pathToFileURL(path.join(root, "dist/server.mjs")).href);
  stopping.signal.throwIfAborted();
  try {
    return await server.startServer({ onStep: steps.begin, signal: stopping.signal });
  } catch (error) {
    throw new StartProblem(error.message);
  }
}

async function start() {
  // Loaded late, so that even a problem in these files is one sentence.
  const { readSettings } = await import("./start/read-settings.mjs");
  const settings = await steps.run("settings", async () => readSettings());
  const { checkPort } = await import("./start/check-port.mjs");
  await checkPort(settings);
  const { build } = await import("./build.mjs");
  await steps.run("build", () => build({ signal: stopping.signal, onBegin: announceBuild }));
  stopping.signal.throwIfAborted();
  const server = await stopping.track(startServer());
  await steps.run(
    "collector",
    () => describeCollector(server.readFleet, stopping.signal),
    (found) => found ?? "no values yet",
  );
  const { describeSetup } = await import("./start/describe-setup.mjs");
  if (hasFailed() || stopping.signal.aborted) return;
  const lines = [`Sightline is ready: ${server.url}`];
  if (server.setup !== null) lines.push(describeSetup(server.setup, steps.isTerminal));
  steps.say(lines.join("\n"));
}

function announceBuild() {
  if (!steps.isTerminal) steps.say("  build, about half a minute …");
}

start().catch(fail);
