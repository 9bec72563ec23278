// node scripts/bootstrap.mjs [--production] COMMAND [ARGUMENT...]
//
// The first thing that each npm script runs; needs nothing installed. It chooses a Node that is new enough, installs
// what package-lock.json names when that has changed, runs COMMAND with that Node first in PATH, and ends as COMMAND ends.
// Scripts call it with `exec`: npm hands signals to the shell of the script, which would die and leave COMMAND alive.
//
// Written for old Nodes, which must get as far as the sentence that refuses them: no `?.`, no `??`, no `node:` imports, and
// what is newer is imported later.
import { spawn } from "child_process";
import { createHash } from "crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "fs";
import path from "path";
import { fileURLToPath } from "url";

const OLDEST_TO_RUN = [22, 19];
const OLDEST_TO_BOOTSTRAP = [18, 0];
const NEWER_NODE = "node@24";
const PARENT_POLL_MS = 500;
const PROGRESS_MS = 1_000;
const LAST_LINES = 20;

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const markerFile = path.join(root, "node_modules", ".installed-from");
/** A package that only a full installation has. */
const DEVELOPMENT_TOOL = path.join("node_modules", "vitest");
const isTerminal = Boolean(process.stderr.isTTY);
/** What a signal goes to: the one child that runs at the moment. */
let current = null;
let stoppedBy = null;
let isInstalling = true;
/** Held while packages are installed. */
let lock = null;

function say(text) {
  process.stderr.write(text + "\n");
}

function fail(text) {
  releaseLock();
  say("✗ " + text);
  process.exit(1);
}

function isAtLeast(version, [major, minor]) {
  const [ownMajor, ownMinor] = version.split(".").map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** npm as a command line run by `node`. Inside a script, npm names its own file in npm_execpath. */
function npmCommand(node, args) {
  const file = process.env.npm_execpath || "";
  return /\.c?js$/.test(file) ? [node, [file, ...args]] : ["npm", args];
}

function run([command, args], options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, ...options });
    current = child;
    let output = "";
    const keep = (text) => (output = (output + text).slice(-20_000));
    let lines = "";
    if (child.stdout) child.stdout.setEncoding("utf8").on("data", (text) => (lines += text));
    if (child.stderr) child.stderr.setEncoding("utf8").on("data", keep);
    child.once("error", (error) =>
      resolve({ code: 1, signal: null, lines, output: error.message }),
    );
    child.once("close", (code, signal) => {
      current = null;
      if (stoppedBy) endBy(signal || stoppedBy);
      else resolve({ code, signal, lines, output: output || lines });
    });
  });
}

/** Shows that something goes on: a growing second count in a terminal, one line elsewhere. */
async function withProgress(text, work) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const draw = () => process.stderr.write("\r\u001b[K  " + text + " … " + seconds() + " s");
  if (!isTerminal) say("  " + text + " …");
  const timer = isTerminal ? setInterval(draw, PROGRESS_MS) : null;
  const result = await work;
  if (timer) {
    clearInterval(timer);
    process.stderr.write("\r\u001b[K");
  }
  if (result.code === 0) say("✓ " + text + " (" + seconds() + " s)");
  return result;
}

async function chooseNode() {
  if (isAtLeast(process.versions.node, OLDEST_TO_RUN)) return process.execPath;
  const print = ["--", "node", "-p", "process.execPath"];
  const command = npmCommand(process.execPath, [
    "exec",
    "--yes",
    "--package=" + NEWER_NODE,
    ...print,
  ]);
  const text = "Node 24 from npm, because this is Node " + process.versions.node;
  const found = await withProgress(text, run(command, { stdio: ["ignore", "pipe", "pipe"] }));
  const node = found.lines.trim().split("\n").pop();
  if (found.code === 0 && node && existsSync(node)) return node;
  fail(
    "Node 24 could not be fetched from npm: check the network, or install Node " +
      OLDEST_TO_RUN.join(".") +
      " or newer.",
  );
}

function hashOf(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

function readMarker(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {}; // none yet, or half written: install again
  }
}

function lastLines(text) {
  return text.trim().split("\n").slice(-LAST_LINES).join("\n");
}

async function runInstallStep(text, command, env) {
  const done = await withProgress(text, run(command, { env, stdio: ["ignore", "pipe", "pipe"] }));
  if (done.code === 0) return;
  say(lastLines(done.output));
  fail("The step “" + text + "” failed: the lines above say why; correct that and try again.");
}

/** What is missing: "packages", "client" or null; and the marker for when it is there. */
function findMissing({ production }) {
  const installed = readMarker(markerFile);
  // A full installation serves production too, and `npm start` never takes a developer's tools away.
  const hasTools = installed.mode === "full" || existsSync(path.join(root, DEVELOPMENT_TOOL));
  const wanted = {
    lock: hashOf(path.join(root, "package-lock.json")),
    platform: process.platform + "-" + process.arch,
    schema: hashOf(path.join(root, "prisma", "schema.prisma")),
    mode: production && !hasTools ? "production" : "full",
  };
  const isComplete =
    installed.lock === wanted.lock &&
    installed.platform === wanted.platform &&
    (installed.mode === "full" || production);
  if (!isComplete) return { missing: "packages", marker: wanted };
  const hasClient =
    installed.schema === wanted.schema && existsSync(path.join(root, "prisma", "generated"));
  return { missing: hasClient ? null : "client", marker: { ...wanted, mode: installed.mode } };
}

/** The Prisma client is made by the installation and from the schema. */
async function installMissing(node, options) {
  const { missing, marker } = findMissing(options);
  if (missing === null) return;
  if (missing === "packages") {
    rmSync(markerFile, { force: true });
    const flags = ["ci", "--no-progress", "--loglevel=error"];
    const all = marker.mode === "full" ? flags : [...flags, "--omit=dev"];
    await runInstallStep("packages", npmCommand(node, all), options.env);
  } else {
    const cli = path.join(root, "node_modules", "prisma", "build", "index.js");
    await runInstallStep("database client", [node, [cli, "generate"]], options.env);
  }
  writeFileSync(markerFile, JSON.stringify(marker));
}

/** Two starts at once would write into the same node_modules: one installs, the other waits and finds everything there. */
async function installPackages(node, options) {
  if (findMissing(options).missing === null) return;
  const { lockBuild } = await import("./start/lock-build.mjs");
  lock = await lockBuild(path.join(root, ".sightline-build.lock"), {
    onWait: () => say("  waiting for another start that installs or builds …"),
  });
  await installMissing(node, options);
  releaseLock();
}

function releaseLock() {
  if (lock) lock.release();
  lock = null;
}

/** Ends as a process that the signal ended, so that the caller sees 128 + its number. */
function endBy(signal) {
  releaseLock();
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

function passSignalsOn() {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      // A terminal has given Ctrl-C to the whole process group already; twice means "at once" to many programs.
      const byTerminal = signal === "SIGINT" && process.stdin.isTTY;
      if (isInstalling) stoppedBy = signal;
      if (!current) endBy(signal);
      else if (!byTerminal) current.kill(signal);
    });
  }
  // npm that is gone (kill -9, a closed terminal) can pass nothing on any more.
  const parent = process.ppid;
  const stopWhenAlone = () => {
    if (process.ppid !== parent && current) current.kill("SIGTERM");
  };
  if (process.env.npm_lifecycle_event) setInterval(stopWhenAlone, PARENT_POLL_MS).unref();
}

async function main() {
  const words = process.argv.slice(2);
  const production = words[0] === "--production";
  const [command, ...args] = production ? words.slice(1) : words;
  if (!isAtLeast(process.versions.node, OLDEST_TO_BOOTSTRAP)) {
    fail("Node " + process.versions.node + " is too old: install Node 18 or newer, best Node 24.");
  }
  if (!command) fail("Usage: node scripts/bootstrap.mjs [--production] COMMAND [ARGUMENT...]");
  passSignalsOn();
  const node = await chooseNode();
  const folders = [path.dirname(node), path.join(root, "node_modules", ".bin")];
  // npm has put its own Node into NODE and npm_node_execpath; tools that read those must see the chosen one.
  const env = {
    ...process.env,
    NODE: node,
    npm_node_execpath: node,
    PATH: [...folders, process.env.PATH].join(path.delimiter),
  };
  await installPackages(node, { production, env });
  isInstalling = false;
  const ended = await run([command, args], { cwd: process.cwd(), env, stdio: "inherit" });
  if (ended.output && ended.code !== 0) fail(command + " could not be run: " + ended.output);
  if (ended.signal) endBy(ended.signal);
  else process.exit(ended.code);
}

main().catch((error) =>
  fail(error.name === "StartProblem" ? error.message : "The start failed: " + error.message),
);
