// node scripts/build.mjs [--force]   pages by Next, all processes and the client by esbuild; nothing when the sources are unchanged.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { lockBuild } from "./start/lock-build.mjs";
import { runTool } from "./start/run-tool.mjs";
import { sourceHash } from "./start/source-hash.mjs";
import { StartProblem } from "./start/start-problem.mjs";

const root = path.resolve(import.meta.dirname, "..");
const dist = path.join(root, "dist");
/** What is built for whom: an agent needs no pages, nor does who checks the audit. The marker says from which sources. */
const parts = {
  portal: {
    names: ["server", "token-worker", "collector", "agent", "audit-verify", "client"],
    marker: path.join(dist, ".built-from"),
  },
  agent: { names: ["collector", "agent"], marker: path.join(dist, ".agent-built-from") },
  audit: { names: ["audit-verify"], marker: path.join(dist, ".audit-built-from") },
};
const lockFile = path.join(root, ".sightline-build.lock");
const bundles = {
  server: "./server/main.ts",
  "token-worker": "./server/token-workers/token-worker.ts",
  collector: "./collector/main.ts",
  agent: "./collector/agent/main.ts",
  "audit-verify": "./server/verify-audit.ts",
  client: "./client/index.ts",
};

function readText(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}

/** The marker is written last, so an interrupted build is never taken for a complete one. */
function isBuiltFrom(hash, part) {
  const { names, marker } = parts[part];
  if (part !== "portal" && isBuiltFrom(hash, "portal")) return true;
  return (
    readText(marker) === hash &&
    (part !== "portal" || readText(path.join(root, ".next", "BUILD_ID")) === hash) &&
    names.every((name) => existsSync(path.join(dist, `${name}.mjs`)))
  );
}

/** Our own TypeScript becomes one file a process; packages stay in node_modules. */
async function buildBundles(names) {
  const { build, stop } = await import("esbuild");
  try {
    await build({
      absWorkingDir: root,
      entryPoints: Object.fromEntries(names.map((name) => [name, bundles[name]])),
      outdir: "dist",
      outExtension: { ".js": ".mjs" },
      bundle: true,
      platform: "node",
      target: "node22",
      format: "esm",
      packages: "external",
      sourcemap: true,
      logLevel: "silent",
    });
  } catch (error) {
    const lines = (error.errors ?? []).slice(0, 10).map(({ text, location }) => {
      return location ? `${location.file}:${location.line}: ${text}` : text;
    });
    throw new StartProblem(
      "The server could not be built: the lines above say why; correct that and try again.",
      lines.join("\n") || String(error.message).slice(0, 2_000),
    );
  } finally {
    await stop(); // else its service stays a child of the portal, which goes on in this process
  }
}

function buildPages({ hash, signal }) {
  return runTool({
    command: process.execPath,
    args: [path.join(root, "node_modules", "next", "dist", "bin", "next"), "build"],
    cwd: root,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", BUILD_ID: hash },
    sentence: "The pages could not be built: the lines above say why; correct that and try again.",
    signal,
  });
}

/** Everything that can be reached from outside must say who may reach it; the server throws where one does not. */
async function checkPolicies() {
  const { listPolicies } = await import(pathToFileURL(path.join(dist, "server.mjs")).href);
  try {
    await listPolicies();
  } catch (error) {
    throw new StartProblem(`The build is refused: ${String(error.message).split("\n", 1)[0]}`);
  }
}

/**
 * `dist/client.d.ts`: the types of `client/index.ts`, and in the place of those that are inferred from the server's source, the same
 * written out. So the client can be used without the rest of this repository.
 */
async function writeClientTypes() {
  const { default: typescript } = await import("typescript");
  const { describeClient } = await import(pathToFileURL(path.join(dist, "server.mjs")).href);
  const source = readText(path.join(root, "client", "index.ts"));
  const { outputText } = typescript.transpileDeclaration(source, {
    compilerOptions: { target: typescript.ScriptTarget.ES2023 },
  });
  const inferred = /^import type \{ SightlineApi \} from "\.\/sightline-api";\n/m;
  if (!inferred.test(outputText)) throw new Error("client/index.ts does not import SightlineApi");
  writeFileSync(
    path.join(dist, "client.d.ts"),
    outputText.replace(inferred, "") + describeClient(),
  );
}

/** Builds when needed, everything or what an agent needs. Answers whether it did; throws StartProblem with one sentence. */
export async function build({ force = false, part = "portal", signal, onBegin } = {}) {
  process.env.NODE_ENV = "production";
  if (!force && isBuiltFrom(sourceHash(), part)) return { built: false };
  const lock = await lockBuild(lockFile, { signal });
  try {
    const hash = sourceHash();
    if (!force && isBuiltFrom(hash, part)) return { built: false }; // another start has just built it
    onBegin?.();
    const { names, marker } = parts[part];
    mkdirSync(dist, { recursive: true });
    // All: what is written now is in the others, too.
    for (const one of Object.values(parts)) rmSync(one.marker, { force: true });
    await Promise.all([part === "portal" && buildPages({ hash, signal }), buildBundles(names)]);
    signal?.throwIfAborted();
    if (part === "portal") {
      await checkPolicies();
      await writeClientTypes();
    }
    writeFileSync(`${marker}.draft`, hash);
    renameSync(`${marker}.draft`, marker);
    return { built: true };
  } finally {
    lock.release();
  }
}

if (process.argv[1] === import.meta.filename) {
  const { createSteps } = await import("./start/steps.mjs");
  const { sentenceOf } = await import("./start/start-problem.mjs");
  const steps = createSteps();
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(name, () => stop.abort());
  const force = process.argv.includes("--force");
  try {
    await steps.run(
      "build",
      () => build({ force, signal: stop.signal }),
      ({ built }) => (built ? "" : "up to date"),
    );
    process.exit(0); // what listing the policies has loaded may hold timers
  } catch (error) {
    if (!stop.signal.aborted) {
      steps.clear();
      if (error.details) steps.say(error.details);
      steps.say(`✗ ${sentenceOf(error)}`);
    }
    process.exit(1);
  }
}
