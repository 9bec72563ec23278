import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { parseSettings } from "../../server/env.ts";
import { StartProblem } from "./start-problem.mjs";

const root = path.resolve(import.meta.dirname, "../..");

/**
 * `--env FILE` on the command line names another file than `.env`: for tests, which must not read that of a developer, and
 * for several portals from one checkout. People use `.env`.
 */
function envFile(args = process.argv) {
  const position = args.indexOf("--env");
  return (position > 0 && args[position + 1]) || path.join(root, ".env");
}

function readEnvFile(file) {
  if (!existsSync(file)) return {};
  try {
    return parseEnv(readFileSync(file, "utf8"));
  } catch {
    throw new StartProblem("The file .env cannot be read: correct its rights, or remove it.");
  }
}

/**
 * Reads `.env` (the environment goes before it) and refuses what is wrong in either: one sentence a problem. The names
 * of `.env` become part of this process's environment, where the server finds them.
 */
export function readSettings(env = process.env, file = envFile()) {
  const fromFile = readEnvFile(file);
  const merged = { ...fromFile, ...env };
  const parsed = parseSettings(merged, { envFileNames: Object.keys(fromFile) });
  if (parsed.ok) {
    Object.assign(env, merged);
    return parsed.settings;
  }
  const texts = parsed.problems.map(({ name, problem, allowed, hint }) =>
    hint ? `${name} ${problem}. ${hint}` : `${name} ${problem} (allowed: ${allowed}).`,
  );
  const last = texts.pop();
  throw new StartProblem(last, texts.map((text) => `✗ ${text}`).join("\n"));
}
