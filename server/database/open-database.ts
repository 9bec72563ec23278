import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { AppError } from "@/server/errors";
import { type DataFolder, databaseUser, dataFolderAt, hasCluster } from "./data-folder";
import { databaseProblem } from "./database-problem";
import { startEmbeddedDatabase } from "./embedded-postgres";

const CONNECT_LIMIT_MS = 5_000;
/** In postmaster.pid, counted from 0: after process id, data folder and start time (miscadmin.h, LOCK_FILE_LINE_PORT). */
const PORT_LINE = 3;

/** Rejects with what the driver says when nothing answers there. */
async function connect(url: string): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Where the server of a data folder listens; null when nothing says so, or nothing answers there. */
async function runningUrl({ clusterDir, passwordFile }: DataFolder): Promise<string | null> {
  const file = path.join(clusterDir, "postmaster.pid");
  if (!existsSync(file) || !existsSync(passwordFile)) return null;
  const port = Number(readFileSync(file, "utf8").split("\n")[PORT_LINE]);
  if (!Number.isSafeInteger(port) || port <= 0) return null;
  const password = encodeURIComponent(readFileSync(passwordFile, "utf8").trim());
  const url = `postgresql://${databaseUser}:${password}@127.0.0.1:${port}/sightline`;
  return connect(url).then(
    () => url,
    () => null, // left by a server that is gone
  );
}

/**
 * The portal's database for a program beside it: the one of DATABASE_URL, else the embedded one of the data folder, which is started
 * until `stop` when it does not run. Never makes one. Throws AppError with one sentence.
 */
export async function openDatabase(options: {
  databaseUrl: string | null;
  dataDir: string;
  signal: AbortSignal;
}): Promise<{ url: string; stop: () => Promise<void> }> {
  const { databaseUrl, dataDir, signal } = options;
  const stop = async () => undefined;
  if (databaseUrl !== null) {
    await connect(databaseUrl).catch((error: unknown) => {
      throw databaseProblem(error);
    });
    return { url: databaseUrl, stop };
  }
  const folder = dataFolderAt(dataDir);
  if (!hasCluster(folder))
    throw new AppError(
      "UNAVAILABLE",
      `There is no database in ${folder.dataDir}: set DATA_DIR or DATABASE_URL as for the portal.`,
    );
  const url = await runningUrl(folder);
  if (url !== null) return { url, stop };
  return startEmbeddedDatabase({ dataDir, signal, log: () => undefined });
}
