import pino, { type DestinationStream, type Logger } from "pino";

export type { Logger };

const MAX_CAUSES = 3;
const CENSOR = "[redacted]";
/** Keys whose values are never written, however they came into a line: at its top, or up to two levels below. */
const secretKeys = [
  "authorization",
  "cookie",
  '["set-cookie"]',
  '["x-api-key"]',
  "apiKey",
  "api_key",
  "databaseUrl",
  "password",
  "secret",
  "token",
];
/** User and password of an address; found after its `://` alone, so a long text costs one pass. */
const USER_INFO = /(?<=:\/\/)[^\s"/]*@/g;

/**
 * JSON lines on stdout: `timestamp` (ISO 8601, UTC, ms), `level` as a word, `message`, `service`. The start sets the level
 * from the settings; error objects go under `err` and are written with type, code, message and stack alone.
 */
export const logger: Logger = createLogger();

/** The logger that writes elsewhere than to stdout. */
export function createLogger(destination?: DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    level: "info",
    base: { service: "sightline" },
    messageKey: "message",
    timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: (value: unknown) => writtenError(value, MAX_CAUSES) },
    redact: { paths: secretKeys.flatMap(pathsOf), censor: CENSOR },
    // The last step, over the whole line: drivers put the address of a server into messages and stacks.
    hooks: { streamWrite: (line) => line.replaceAll(USER_INFO, `${CENSOR}@`) },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** By allow list: drivers hang queries, rows and connection settings on their errors. */
function writtenError(value: unknown, causes: number): object {
  if (!(value instanceof Error)) return { type: typeof value, message: messageOf(value) };
  const { name, message, stack, cause } = value;
  const { code } = value as { code?: unknown };
  return {
    type: name,
    ...((typeof code === "string" || typeof code === "number") && { code }),
    message,
    stack,
    ...(cause !== undefined && causes > 0 && { cause: writtenError(cause, causes - 1) }),
  };
}

function messageOf(value: unknown): string {
  return typeof value === "string" ? value : "Something that is no error was thrown.";
}

function pathsOf(key: string): string[] {
  return ["", "*", "*.*"].map((parent) => {
    if (parent === "") return key;
    return key.startsWith("[") ? `${parent}${key}` : `${parent}.${key}`;
  });
}
