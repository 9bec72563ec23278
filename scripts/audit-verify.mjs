// `npm run audit:verify [-- --expect HASH]`: walks the whole audit, in the database of the settings, whether the portal runs or not.
// Exit code 0: every row is what was written. 1: the first one that is not is named. 2: nothing could be checked.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { createSteps } from "./start/steps.mjs";
import { sentenceOf, StartProblem } from "./start/start-problem.mjs";

const root = path.resolve(import.meta.dirname, "..");
process.chdir(root); // DATA_DIR and .env are relative to the checkout, wherever this was called from
process.env.NODE_ENV = "production";

const USAGE = "npm run audit:verify -- [--expect HASH]";
const steps = createSteps();
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(name, () => stop.abort());

/** A hash as it was written down, in any case; null when none was given. */
function readExpected() {
  let values;
  try {
    const text = { type: "string" };
    // `env` is read by read-settings.mjs
    ({ values } = parseArgs({ options: { expect: text, env: text }, strict: true }));
  } catch (error) {
    throw new StartProblem(`${error.message.split(".")[0]}. Usage: ${USAGE}`);
  }
  const { expect = null } = values;
  if (expect !== null && !/^[0-9a-f]{64}$/i.test(expect))
    throw new StartProblem(`--expect takes the 64 hexadecimal digits of a head. Usage: ${USAGE}`);
  return expect && expect.toLowerCase();
}

async function verify() {
  const expectedHash = readExpected();
  const { readSettings } = await import("./start/read-settings.mjs");
  const { databaseUrl, dataDir } = readSettings();
  const { build } = await import("./build.mjs");
  await steps.run("build", () => build({ part: "audit", signal: stop.signal }));
  const { verifyAudit } = await import(
    pathToFileURL(path.join(root, "dist/audit-verify.mjs")).href
  );
  const { signal } = stop;
  return steps.run("audit", () => verifyAudit({ databaseUrl, dataDir, expectedHash, signal }));
}

try {
  const { isIntact, text } = await verify();
  process.stdout.write(`${text}\n`);
  process.exitCode = isIntact ? 0 : 1;
} catch (error) {
  steps.clear();
  if (!stop.signal.aborted) {
    if (error?.details) steps.say(error.details);
    steps.say(`✗ ${sentenceOf(error)}`);
  }
  process.exitCode = 2;
}
