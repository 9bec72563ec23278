import { randomBytes } from "node:crypto";
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { AppError } from "@/server/errors";
import { databaseProblem, problemInText } from "./database-problem";
import { postgresMajor } from "./postgres-binaries";
import { spawnPostgresProgram } from "./spawn-postgres-program";
import type { SystemAccount } from "./system-account";

export const databaseUser = "sightline";

/** Where things lie below DATA_DIR. A new major version of PostgreSQL gets a new folder. */
export interface DataFolder {
  dataDir: string;
  clusterDir: string;
  passwordFile: string;
}

export function dataFolderAt(dataDir: string): DataFolder {
  const absolute = path.resolve(dataDir);
  return {
    dataDir: absolute,
    clusterDir: path.join(absolute, `postgres-${postgresMajor}`),
    passwordFile: path.join(absolute, "postgres.password"),
  };
}

function isOpenTo(folder: string, account: SystemAccount): boolean {
  const { mode, uid, gid } = statSync(folder);
  if (uid === account.uid) return (mode & 0o100) !== 0;
  if (gid === account.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

/** The first folder from the root down that the account may not pass; null when all are open. */
function closedFolderAbove(target: string, account: SystemAccount): string | null {
  const { root } = path.parse(target);
  const names = path.relative(root, path.dirname(target)).split(path.sep).filter(Boolean);
  const folders = names.map((_, index) => path.join(root, ...names.slice(0, index + 1)));
  return folders.find((folder) => existsSync(folder) && !isOpenTo(folder, account)) ?? null;
}

/** When the portal is root, PostgreSQL runs as another user, who must reach both its programs and its data. */
export function requireReachable(
  targets: { clusterDir: string; program: string },
  account: SystemAccount,
): void {
  const data = closedFolderAbove(targets.clusterDir, account);
  if (data !== null) {
    throw new AppError(
      "UNAVAILABLE",
      `The folder ${data} is closed to the system user who runs PostgreSQL when the portal is root: set DATA_DIR to a folder outside it, or open it (chmod o+x ${data}).`,
    );
  }
  const program = closedFolderAbove(targets.program, account);
  if (program !== null) {
    throw new AppError(
      "UNAVAILABLE",
      `The folder ${program} is closed to the system user who runs PostgreSQL when the portal is root: install the portal outside it, or open it (chmod o+x ${program}).`,
    );
  }
}

/** Makes DATA_DIR and proves that it can be written. */
export function openDataDir(folder: DataFolder, account: SystemAccount | null): void {
  const probe = path.join(folder.dataDir, `.write-test-${process.pid}`);
  try {
    mkdirSync(folder.dataDir, { recursive: true, mode: account ? 0o711 : 0o700 });
    // Only its owner lists the folder; the system user must pass through it.
    if (account && !isOpenTo(folder.dataDir, account)) chmodSync(folder.dataDir, 0o711);
    accessSync(folder.dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    writeFileSync(probe, "x");
    rmSync(probe, { force: true });
  } catch (error) {
    throw folderProblem(folder.dataDir, error);
  }
}

function folderProblem(dataDir: string, error: unknown): AppError {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "ENOTDIR" || code === "EEXIST") {
    return new AppError(
      "UNAVAILABLE",
      `${dataDir} is not a folder: set DATA_DIR to another place.`,
      { cause: error },
    );
  }
  const known = databaseProblem(error);
  return new AppError("UNAVAILABLE", `${dataDir}: ${known.message}`, { cause: error });
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The password of the embedded database; made on first use, readable by its owner alone. */
export function readOrMakePassword(folder: DataFolder): string {
  if (existsSync(folder.passwordFile)) {
    chmodSync(folder.passwordFile, 0o600);
    const password = readFileSync(folder.passwordFile, "utf8").trim();
    if (password !== "") return password;
  }
  if (existsSync(folder.clusterDir)) {
    throw new AppError(
      "UNAVAILABLE",
      `The password file ${folder.passwordFile} is missing: put it back from a copy, or move ${folder.clusterDir} away to begin with an empty database.`,
    );
  }
  const draft = `${folder.passwordFile}.draft`;
  const password = randomBytes(24).toString("base64url");
  writeFileSync(draft, password, { mode: 0o600, flush: true });
  renameSync(draft, folder.passwordFile);
  return password;
}

/** Refuses a cluster that this PostgreSQL cannot open, and says what to do about it. */
export function requireSoundCluster(folder: DataFolder): void {
  const { clusterDir } = folder;
  const broken = (what: string) =>
    new AppError(
      "UNAVAILABLE",
      `The data folder ${clusterDir} is broken (${what}): put it back from a backup, or move it away to begin with an empty database.`,
    );
  const versionFile = path.join(clusterDir, "PG_VERSION");
  if (!existsSync(versionFile)) throw broken("PG_VERSION is missing");
  const major = readFileSync(versionFile, "utf8").trim();
  if (major !== String(postgresMajor)) {
    throw new AppError(
      "UNAVAILABLE",
      `The data folder ${clusterDir} was made by PostgreSQL ${major.slice(0, 20)}, but this portal brings ${postgresMajor}: set DATA_DIR to another folder, or DATABASE_URL to a server of that version.`,
    );
  }
  for (const part of ["global/pg_control", "pg_wal", "base"]) {
    if (!existsSync(path.join(clusterDir, part))) throw broken(`${part} is missing`);
  }
}

/** An initialised cluster is there: a folder with something in it. */
export function hasCluster(folder: DataFolder): boolean {
  return existsSync(folder.clusterDir) && readdirSync(folder.clusterDir).length > 0;
}

interface Initialise {
  folder: DataFolder;
  initdb: string;
  password: string;
  account: SystemAccount | null;
  /** Aborted: the work ends at once, and nothing of it stays. */
  signal: AbortSignal | undefined;
}

/** Makes a new cluster beside its final place and moves it there, so that a killed start leaves none that is half made. */
export async function initialiseCluster(options: Initialise): Promise<void> {
  const { folder, initdb, password, account, signal } = options;
  const draftDir = `${folder.clusterDir}.draft`;
  const passwordFile = `${draftDir}.password`;
  try {
    rmSync(draftDir, { recursive: true, force: true });
    mkdirSync(draftDir, { mode: 0o700 });
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (account) {
      for (const file of [draftDir, passwordFile]) chownSync(file, account.uid, account.gid);
    }
    await runInitdb({ initdb, account, draftDir, passwordFile, signal });
    renameSync(draftDir, folder.clusterDir);
    syncFolder(folder.dataDir);
  } catch (error) {
    rmSync(draftDir, { recursive: true, force: true });
    throw databaseProblem(error);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

async function runInitdb(options: {
  initdb: string;
  account: SystemAccount | null;
  draftDir: string;
  passwordFile: string;
  signal: AbortSignal | undefined;
}): Promise<void> {
  const flags = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"];
  const places = ["-D", options.draftDir, `--pwfile=${options.passwordFile}`, "-U", databaseUser];
  const { initdb, account } = options;
  const running = spawnPostgresProgram({
    program: initdb,
    args: [...places, ...flags],
    account,
    exitSignal: "SIGKILL", // the next start removes the draft
  });
  const kill = () => running.child.kill("SIGKILL");
  if (options.signal?.aborted) kill();
  options.signal?.addEventListener("abort", kill, { once: true });
  const code = await running.ended;
  options.signal?.removeEventListener("abort", kill);
  if (code === 0) return;
  const sentence =
    problemInText(running.output()) ??
    "PostgreSQL could not make its data folder: see the log, or set DATA_DIR to another folder.";
  throw new AppError("UNAVAILABLE", sentence, { cause: new Error(running.output()) });
}
