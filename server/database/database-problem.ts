import { AppError, isAppError } from "@/server/errors";

/** Older ones lack what the queries use (`date_bin`, `NULLS NOT DISTINCT`, `MERGE`). */
const oldestPostgresMajor = 15;

const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED:
    "The database refuses the connection: start PostgreSQL, or correct host and port in DATABASE_URL.",
  ENOTFOUND: "The host name in DATABASE_URL is not known: correct it, or check the name server.",
  EAI_AGAIN:
    "The name server does not answer for the host in DATABASE_URL: try again, or correct it.",
  ETIMEDOUT:
    "The database does not answer: check that the host in DATABASE_URL can be reached from here.",
  EHOSTUNREACH: "The host in DATABASE_URL cannot be reached: check the network, or correct it.",
  ENETUNREACH: "The host in DATABASE_URL cannot be reached: check the network, or correct it.",
  ECONNRESET: "The database closed the connection: see its log, then try again.",
  EPIPE: "The database closed the connection: see its log, then try again.",
  "28P01": "The database refuses user or password: correct them in DATABASE_URL.",
  "28000":
    "The database refuses this user or host: correct DATABASE_URL, or allow it in pg_hba.conf.",
  "3D000": "The database named in DATABASE_URL does not exist: create it, or correct the name.",
  "42501": "The database user lacks a right: make it the owner of the database in DATABASE_URL.",
  "53300":
    "The database has no free connection: raise its max_connections, or stop other programs that use it.",
  "53100": "The disk of the database is full: free space on it; the portal goes on by itself.",
  "53200": "The database is out of memory: give it more, or stop other programs that use it.",
  "25006": "The database is read-only: DATABASE_URL must name the primary server, not a replica.",
  "57P01": "The database is restarting or was stopped: start it again if it stays away.",
  "57P02": "The database stopped after a crash: see its log.",
  "57P03": "The database is starting or stopping: try again in a moment.",
  "57P04": "The database named in DATABASE_URL was dropped: create it again.",
  "57014": "The database took too long and the statement was cancelled: try again.",
  "55P03": "Another process holds a lock in the database: try again in a moment.",
  ENOSPC: "The disk is full: free space, then try again.",
  EDQUOT: "The disk quota is used up: free space, then try again.",
  EROFS: "The folder of the database is read-only: set DATA_DIR to one that can be written.",
  EACCES:
    "The folder of the database cannot be read or written: correct its rights, or set DATA_DIR.",
  EPERM:
    "The folder of the database cannot be read or written: correct its rights, or set DATA_DIR.",
  EMFILE: "Too many files are open: raise the limit (ulimit -n), then try again.",
};

const texts: readonly (readonly [RegExp, string])[] = [
  [/No space left on device|disk full|File too large/i, "ENOSPC"],
  [/Disk quota exceeded/i, "EDQUOT"],
  [/Read-only file system/i, "EROFS"],
  [/Connection terminated|server closed the connection|Client has encountered/i, "ECONNRESET"],
  [/timeout expired|connection timeout|Query read timeout/i, "ETIMEDOUT"],
  [/the database system is (starting up|shutting down)/i, "57P03"],
  [/Permission denied/i, "EACCES"],
];

function codeOf(error: unknown): string | null {
  if (typeof error !== "object" || error === null) return null;
  // Several addresses of one name were tried: the last one speaks for all.
  if (error instanceof AggregateError) return codeOf(error.errors.at(-1));
  return "code" in error && typeof error.code === "string" ? error.code : null;
}

/** The sentence for a text of PostgreSQL or of the system; null when it names no known problem. */
export function problemInText(text: string): string | null {
  const code = texts.find(([pattern]) => pattern.test(text))?.[1];
  return code === undefined ? null : (sentences[code] ?? null);
}

/**
 * Turns any error of `pg`, PostgreSQL or the file system into one sentence that says what to do. Neither address
 * nor password is in it; the original is the `cause`.
 */
export function databaseProblem(error: unknown): AppError {
  if (isAppError(error)) return error;
  const byCode = sentences[codeOf(error) ?? ""];
  const text = error instanceof Error ? error.message : String(error);
  const sentence =
    byCode ??
    problemInText(text) ??
    "The database answered with an error: see the log for its text.";
  return new AppError("UNAVAILABLE", sentence, { cause: error });
}

/** Throws when the server is older than what the portal needs. `versionNumber` is PostgreSQL's, such as 150020. */
export function requirePostgresVersion(versionNumber: number): void {
  const major = Math.floor(versionNumber / 10_000);
  if (major >= oldestPostgresMajor) return;
  throw new AppError(
    "UNAVAILABLE",
    `The database is PostgreSQL ${major}: the portal needs ${oldestPostgresMajor} or newer. Upgrade it, or unset DATABASE_URL to use the embedded one.`,
  );
}
