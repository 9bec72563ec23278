import { existsSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { AppError } from "@/server/errors";
import { databaseProblem, problemInText } from "./database-problem";
import { isZombie, processIdentity, workingFolderOf } from "./process-identity";
import { spawnPostgresProgram, type PostgresProgram } from "./spawn-postgres-program";
import type { SystemAccount } from "./system-account";

const READY_LIMIT_MS = 60_000;
const READY_POLL_MS = 25;
const FAST_STOP_LIMIT_MS = 8_000;
const IMMEDIATE_STOP_LIMIT_MS = 1_000;
/** Nearly every start refuses for an instant; only a longer one is worth a word. */
const LONG_RECOVERY_MS = 3_000;
const LONGEST_LINE = 500;
const REASON_LINES = 4;
const STARTING_UP = "57P03";
const WRONG_PASSWORD = "28P01";

const settings = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "shared_buffers=128MB",
  "max_connections=100",
  "log_line_prefix=",
  "log_min_error_statement=panic", // statements hold data, which does not belong into a log
];

/** One running PostgreSQL server. */
export interface Postmaster {
  pid: number;
  /** Resolves when it has ended, for whatever reason, with its last words. */
  ended: Promise<string>;
  /** Fast shutdown (open sessions are ended, nothing is lost); after 8 s immediate. */
  stop: () => Promise<void>;
}

/** A port of the loopback address that was free a moment ago. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (typeof address === "object" && address) resolve(address.port);
        else reject(new Error("no port"));
      });
    });
  });
}

async function waitUntil(done: () => boolean, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (!done()) {
    if (performance.now() > end) return false;
    await sleep(READY_POLL_MS);
  }
  return true;
}

/** Ends a server that is not our child: fast, then immediate, then by force. */
async function endOrphan(pid: number): Promise<void> {
  const identity = processIdentity(pid);
  const gone = () => processIdentity(pid) !== identity;
  const steps = [
    ["SIGINT", FAST_STOP_LIMIT_MS],
    ["SIGQUIT", 2_000],
    ["SIGKILL", 2_000],
  ] as const;
  for (const [signal, limitMs] of steps) {
    if (gone()) return;
    try {
      process.kill(pid, signal);
    } catch {
      return; // ended in between
    }
    if (await waitUntil(gone, limitMs)) return;
  }
}

/**
 * Clears what a portal killed with -9 left: a server that still runs, one that is a zombie (as PID 1 of a container
 * nobody reaps it), or only the lock file, whose process id may belong to another program by now.
 */
export async function clearLeftovers(
  clusterDir: string,
  log: (text: string) => void,
): Promise<void> {
  const lockFile = path.join(clusterDir, "postmaster.pid");
  if (!existsSync(lockFile)) return;
  const pid = Number(readFileSync(lockFile, "utf8").split("\n", 1)[0]);
  const valid = Number.isSafeInteger(pid) && pid > 1;
  if (valid && workingFolderOf(pid) === realpathSync(clusterDir)) {
    log(`stopping the PostgreSQL server ${pid} that an earlier portal left behind`);
    await endOrphan(pid);
  }
  if (!existsSync(lockFile)) return;
  if (valid && isZombie(pid)) log(`PostgreSQL server ${pid} is a zombie of an earlier portal`);
  // PostgreSQL still finds a live server or left-over sessions by its shared memory, with or without this file.
  rmSync(lockFile, { force: true });
}

interface StartOptions {
  program: string;
  clusterDir: string;
  port: number;
  account: SystemAccount | null;
  /** A connection URL of a database that always exists. */
  probeUrl: string;
  /** Gets what PostgreSQL writes, line by line. */
  log: (text: string) => void;
  /** How long it may refuse connections for another reason than that it recovers; default: 60 s. */
  readyLimitMs?: number;
  /** Aborted: a start that is under way is given up, and the server ended. */
  signal?: AbortSignal | undefined;
}

/** Lines that say no more than that it starts and runs, or that our own question whether it is ready came too early. */
function isRoutine(line: string): boolean {
  return (
    /^LOG: +(starting PostgreSQL|listening on|database system|checkpoint|redo)/.test(line) ||
    /database system is (starting up|not yet accepting)|recovery state has not been yet/.test(line)
  );
}

function worthLogging(line: string): boolean {
  return /^(WARNING|ERROR|FATAL|PANIC|DETAIL|HINT):/.test(line) && !isRoutine(line);
}

/** ": " and the last lines that may tell why it ended; "" when there are none, as after kill -9. */
export function lastReason(words: string): string {
  const lines = words.split("\n").filter((line) => line.trim() !== "" && !isRoutine(line));
  const last = [...new Set(lines)]
    .slice(-REASON_LINES)
    .map((line) => line.trim().slice(0, LONGEST_LINE));
  return last.length === 0 ? "" : `: ${last.join(" | ")}`;
}

function launch(options: StartOptions): PostgresProgram {
  const place = ["-D", options.clusterDir, "-p", String(options.port)];
  const running = spawnPostgresProgram({
    program: options.program,
    args: [...place, ...settings.flatMap((setting) => ["-c", setting])],
    account: options.account,
    exitSignal: "SIGQUIT", // immediate shutdown
  });
  createInterface({ input: running.child.stderr }).on("line", (line) => {
    if (worthLogging(line)) options.log(`PostgreSQL: ${line.slice(0, LONGEST_LINE)}`);
  });
  return running;
}

async function canConnect(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return null;
  } catch (error) {
    return error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Whether to go on waiting after a refusal. Recovery takes as long as there is log to replay, and an end of it by us would
 * begin it anew: no limit, but one word after a while.
 */
function createPatience(
  limitMs: number,
  onLongRecovery: () => void,
): (refusal: unknown) => boolean {
  const startedAt = performance.now();
  let limit = startedAt + limitMs;
  let isTold = false;
  return (refusal) => {
    const code = refusal instanceof Error && "code" in refusal ? refusal.code : null;
    const now = performance.now();
    if (code !== STARTING_UP) return code !== WRONG_PASSWORD && now <= limit;
    limit = now + limitMs;
    if (!isTold && now > startedAt + LONG_RECOVERY_MS) {
      isTold = true;
      onLongRecovery();
    }
    return true;
  };
}

/** Why the server ended, as a sentence. */
function postmasterProblem(lastWords: string, clusterDir: string): AppError {
  const cause = new Error(lastWords);
  const known = problemInText(lastWords);
  if (known !== null) return new AppError("UNAVAILABLE", known, { cause });
  if (
    /PANIC|could not (open|read|locate)|incompatible|invalid|corrupt|not a database cluster/i.test(
      lastWords,
    )
  ) {
    return new AppError(
      "UNAVAILABLE",
      `The data folder ${clusterDir} is broken: put it back from a backup, or move it away to begin with an empty database.`,
      { cause },
    );
  }
  return new AppError(
    "UNAVAILABLE",
    "PostgreSQL ended before it was ready: see the log for its reason, or set DATABASE_URL.",
    { cause },
  );
}

/** Starts the server and resolves when it takes connections. Rejects with its last words as `cause`. */
export async function startPostmaster(options: StartOptions): Promise<Postmaster> {
  const running = launch(options);
  const { child } = running;
  const ended = running.ended.then(running.output);
  const isOver = () => child.exitCode !== null || child.signalCode !== null || !child.pid;
  const kill = (signal: NodeJS.Signals) => {
    if (!isOver()) child.kill(signal);
  };
  const stop = async () => {
    kill("SIGINT");
    if (await waitUntil(isOver, FAST_STOP_LIMIT_MS)) return;
    kill("SIGQUIT");
    if (await waitUntil(isOver, IMMEDIATE_STOP_LIMIT_MS)) return;
    kill("SIGKILL");
    await ended;
  };

  const readyLimitMs = options.readyLimitMs ?? READY_LIMIT_MS;
  const mayRefuse = createPatience(readyLimitMs, () => {
    options.log("PostgreSQL is still recovering after a crash; the portal waits until it is done");
  });
  let refusal = await canConnect(options.probeUrl);
  while (refusal !== null) {
    if (isOver()) throw postmasterProblem(await ended, options.clusterDir);
    if (options.signal?.aborted || !mayRefuse(refusal)) {
      await stop();
      throw databaseProblem(refusal);
    }
    await sleep(READY_POLL_MS);
    refusal = await canConnect(options.probeUrl);
  }
  // Something else answers on the port when ours has ended, by the same user and password: not to be trusted.
  if (isOver()) throw postmasterProblem(await ended, options.clusterDir);
  return { pid: child.pid ?? 0, ended, stop };
}
