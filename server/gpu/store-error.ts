/** The samples themselves are refused (a value out of range, a text that cannot be stored): trying again is no use. */
export class UnstorableSamplesError extends Error {
  constructor(options: ErrorOptions) {
    super("The database refuses these samples.", options);
    this.name = "UnstorableSamplesError";
  }
}

export function isUnstorable(error: unknown): boolean {
  return error instanceof Error && error.name === "UnstorableSamplesError";
}

/** An error of the database; `code` is its SQLSTATE, or the system's (`ECONNREFUSED`), where there is one. */
class StoreError extends Error {
  readonly code: string | null;

  constructor(message: string, options: ErrorOptions & { code: string | null }) {
    super(message, options);
    this.name = "StoreError";
    this.code = options.code;
  }
}

/** Of the system, of PostgreSQL (connections, log-in, start and stop) and of Prisma: nothing was asked, or nothing came back. */
const UNREACHABLE_CODE =
  /^(E[A-Z]+|EAI_AGAIN|08\w{3}|28\w{3}|3D000|53300|57P0\d|P10(01|02|08|17)|P2024)$/;
const UNREACHABLE_TEXT =
  /Connection terminated|closed the connection|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered/i;
const SQLSTATE = /^[0-9A-Z]{5}$/;

/** True when the database cannot be reached or does not serve: another statement would fare no better. */
export function isDatabaseUnreachable(error: unknown): boolean {
  const code = textProperty(error, "code");
  if (code !== null) return UNREACHABLE_CODE.test(code);
  return UNREACHABLE_TEXT.test(textProperty(error, "message") ?? "");
}

/** True when it was the database that gave this error: it serves, but not this statement. */
export function isDatabaseThere(error: unknown): boolean {
  const isOwn = error instanceof StoreError && SQLSTATE.test(error.code ?? "");
  return isOwn && !isDatabaseUnreachable(error);
}

const NO_PARTITION = /no partition of relation .* found for row/;
// Data exceptions and broken constraints; of the first only what a sample can cause, not "division by zero".
const SAMPLE_AT_FAULT = /^(22P02|22P05|22003|22008|22021|23502|23514)$/;

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

// Prisma wraps the driver's error: meta.driverAdapterError.cause is { originalCode, originalMessage, kind, … }.
function causeOf(error: unknown): unknown {
  const wrapped = property(property(error, "meta"), "driverAdapterError");
  return property(wrapped ?? error, "cause") ?? wrapped ?? error;
}

function textProperty(value: unknown, ...names: string[]): string | null {
  for (const name of names) {
    const text = property(value, name);
    if (typeof text === "string") return text;
  }
  return null;
}

// The adapter gives these instead of the system's code.
const codesOfKinds = new Map([
  ["DatabaseNotReachable", "ECONNREFUSED"],
  ["ConnectionClosed", "ECONNRESET"],
  ["SocketTimeout", "ETIMEDOUT"],
]);

/** Prisma's error as one with the database's own code and text. */
export function storeError(error: unknown): Error {
  const cause = causeOf(error);
  const kind = codesOfKinds.get(textProperty(cause, "kind") ?? "") ?? null;
  const code = textProperty(cause, "originalCode") ?? kind ?? textProperty(cause, "code");
  const message = textProperty(cause, "originalMessage", "message") ?? String(error);
  return new StoreError(message, { code, cause: error });
}

export function isMissingPartition(error: unknown): boolean {
  return error instanceof StoreError && error.code === "23514" && NO_PARTITION.test(error.message);
}

/** One of the rows is there already. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof StoreError && error.code === "23505";
}

/** Another process dropped it. */
export function isMissingTable(error: unknown): boolean {
  return error instanceof StoreError && error.code === "42P01";
}

/** Somebody else used the table for longer than was waited for. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof StoreError && error.code === "55P03";
}

/** The statement was ended because it took longer than a statement may. */
export function isTooSlow(error: unknown): boolean {
  return error instanceof StoreError && error.code === "57014";
}

/** For errors of an insert: tells the samples' fault from the database's. */
export function insertError(error: unknown): Error {
  const known = storeError(error);
  const isSampleAtFault =
    known instanceof StoreError && known.code !== null && SAMPLE_AT_FAULT.test(known.code);
  if (!isSampleAtFault || isMissingPartition(known)) return known;
  return new UnstorableSamplesError({ cause: known });
}
