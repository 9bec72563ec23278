import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { isAppError, AppError } from "@/server/errors";
import {
  databaseUser,
  dataFolderAt,
  hasCluster,
  initialiseCluster,
  openDataDir,
  readOrMakePassword,
  requireReachable,
  requireSoundCluster,
  type DataFolder,
} from "./data-folder";
import { lockFolder } from "./folder-lock";
import { findPostgresBinaries, type PostgresBinaries } from "./postgres-binaries";
import {
  clearLeftovers,
  findFreePort,
  lastReason,
  startPostmaster,
  type Postmaster,
} from "./postmaster";
import { findSystemAccount, type SystemAccount } from "./system-account";

const DATABASE = "sightline";
const PORT_ATTEMPTS = 5;
const FIRST_RESTART_DELAY_MS = 100;
const LONGEST_RESTART_DELAY_MS = 5_000;
/** A server that ran this long was sound: the next crash begins with a short delay again. */
const SOUND_AFTER_MS = 30_000;

export type EmbeddedDatabaseState =
  | { state: "running"; pid: number }
  | { state: "restarting"; reason: string }
  | { state: "stopped" };

interface EmbeddedDatabaseOptions {
  /** DATA_DIR: the cluster, its password and the portal's lock lie in it. */
  dataDir: string;
  log: (text: string) => void;
  /** Aborted: a start that is under way is given up, and what it had started is ended. */
  signal?: AbortSignal;
  onState?: (state: EmbeddedDatabaseState) => void;
}

interface EmbeddedDatabase {
  /** With the password: never log it. Stays the same while the portal runs, also over a crash of PostgreSQL. */
  url: string;
  stop: () => Promise<void>;
  /** Of the running server; null while it is restarted or stopped. */
  pid: () => number | null;
}

interface Cluster {
  folder: DataFolder;
  binaries: PostgresBinaries;
  account: SystemAccount | null;
  password: string;
  log: (text: string) => void;
  signal: AbortSignal | undefined;
}

function urlOf(cluster: Cluster, port: number, database: string): string {
  return `postgresql://${databaseUser}:${encodeURIComponent(cluster.password)}@127.0.0.1:${port}/${database}`;
}

function startOnPort(cluster: Cluster, port: number): Promise<Postmaster> {
  return startPostmaster({
    program: cluster.binaries.postgres,
    clusterDir: cluster.folder.clusterDir,
    port,
    account: cluster.account,
    probeUrl: urlOf(cluster, port, "postgres"),
    log: cluster.log,
    signal: cluster.signal,
  });
}

/** What PostgreSQL said as it ended; "" for other errors. */
function lastWords(error: unknown): string {
  return isAppError(error) && error.cause instanceof Error ? error.cause.message : "";
}

/** Tries again where time or another port helps: a port taken in between, sessions of a killed server still ending. */
async function startOnFreePort(
  cluster: Cluster,
): Promise<{ postmaster: Postmaster; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await findFreePort();
    try {
      return { postmaster: await startOnPort(cluster, port), port };
    } catch (error) {
      const passing = /Address already in use|could not bind|shared memory block/i;
      if (attempt === PORT_ATTEMPTS || !passing.test(lastWords(error))) throw error;
      await sleep(200 * attempt);
      await clearLeftovers(cluster.folder.clusterDir, cluster.log);
    }
  }
}

async function createDatabase(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

async function prepareCluster(
  folder: DataFolder,
  account: SystemAccount | null,
  { log, signal }: EmbeddedDatabaseOptions,
): Promise<Cluster> {
  const binaries = await findPostgresBinaries();
  if (account) {
    requireReachable({ clusterDir: folder.clusterDir, program: binaries.postgres }, account);
  }
  if (hasCluster(folder)) requireSoundCluster(folder);
  const password = readOrMakePassword(folder);
  if (!hasCluster(folder)) {
    await initialiseCluster({ folder, initdb: binaries.initdb, password, account, signal });
  }
  await clearLeftovers(folder.clusterDir, log);
  return { folder, binaries, account, password, log, signal };
}

/** Keeps one postmaster alive on its port until it is stopped. */
class Supervisor {
  #postmaster: Postmaster | null;
  #stopping = new AbortController();
  #loop: Promise<void>;
  readonly #cluster: Cluster;
  readonly #port: number;
  readonly #onState: (state: EmbeddedDatabaseState) => void;

  constructor(
    started: { cluster: Cluster; port: number; postmaster: Postmaster },
    onState: (state: EmbeddedDatabaseState) => void,
  ) {
    this.#cluster = started.cluster;
    this.#port = started.port;
    this.#postmaster = started.postmaster;
    this.#onState = onState;
    this.#loop = this.#watch(started.postmaster);
  }

  pid(): number | null {
    return this.#postmaster?.pid ?? null;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#postmaster?.stop();
    await this.#loop;
  }

  async #watch(first: Postmaster): Promise<void> {
    let postmaster: Postmaster | null = first;
    let delayMs = FIRST_RESTART_DELAY_MS;
    while (postmaster) {
      const startedAt = performance.now();
      this.#postmaster = postmaster;
      this.#onState({ state: "running", pid: postmaster.pid });
      const words = await postmaster.ended;
      this.#postmaster = null;
      if (this.#stopping.signal.aborted) break;
      if (performance.now() - startedAt > SOUND_AFTER_MS) delayMs = FIRST_RESTART_DELAY_MS;
      this.#cluster.log(`PostgreSQL ended unexpectedly${lastReason(words)}`);
      this.#onState({ state: "restarting", reason: "PostgreSQL ended unexpectedly" });
      postmaster = await this.#restart(delayMs);
      delayMs = Math.min(2 * delayMs, LONGEST_RESTART_DELAY_MS);
    }
    this.#onState({ state: "stopped" });
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Tries until it runs again; null when the portal stops meanwhile. */
  async #restart(firstDelayMs: number): Promise<Postmaster | null> {
    const { signal } = this.#stopping;
    for (let delayMs = firstDelayMs; ; delayMs = Math.min(2 * delayMs, LONGEST_RESTART_DELAY_MS)) {
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return null;
      try {
        await clearLeftovers(this.#cluster.folder.clusterDir, this.#cluster.log);
        const postmaster = await startOnPort(this.#cluster, this.#port);
        if (!this.#isStopping()) return postmaster;
        await postmaster.stop();
        return null;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#cluster.log(`PostgreSQL could not be restarted${lastReason(lastWords(error))}`);
        this.#onState({ state: "restarting", reason });
      }
    }
  }
}

/**
 * Starts the PostgreSQL that comes from npm in DATA_DIR, on a free port of the loopback address, and keeps it running.
 * Throws AppError with one sentence for a folder that is closed, full, broken, of another version or in use.
 */
export async function startEmbeddedDatabase(
  options: EmbeddedDatabaseOptions,
): Promise<EmbeddedDatabase> {
  const folder = dataFolderAt(options.dataDir);
  const account = await findSystemAccount();
  openDataDir(folder, account);
  const { dataDir } = folder;
  const lock = await lockFolder(dataDir, {
    file: "portal.lock",
    inUse: (pid) =>
      `Another portal (process ${pid}) already uses ${dataDir}: stop it, or set DATA_DIR to another folder.`,
  });
  try {
    const cluster = await prepareCluster(folder, account, options);
    const { postmaster, port } = await startOnFreePort(cluster);
    const url = urlOf(cluster, port, DATABASE);
    await createDatabase(urlOf(cluster, port, "postgres")).catch(async (error: unknown) => {
      await postmaster.stop();
      throw error;
    });
    const supervisor = new Supervisor({ cluster, port, postmaster }, (state) =>
      options.onState?.(state),
    );
    const stop = async () => {
      await supervisor.stop();
      lock.release();
    };
    let stopping: Promise<void> | null = null;
    return { url, stop: () => (stopping ??= stop()), pid: () => supervisor.pid() };
  } catch (error) {
    lock.release();
    throw toProblem(error, folder);
  }
}

function toProblem(error: unknown, folder: DataFolder): AppError {
  if (isAppError(error)) return error;
  return new AppError(
    "UNAVAILABLE",
    `The embedded database in ${path.relative(process.cwd(), folder.dataDir) || "."} did not start: see the log, or set DATABASE_URL.`,
    { cause: error },
  );
}
