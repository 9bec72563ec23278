import pino, { type Logger } from "pino";

export type { Logger };

/**
 * JSON lines on stdout: `timestamp` (ISO 8601, UTC, ms), `level` as a word, `message`, `service`. The start sets the level
 * from the settings; error objects are written with type, message and stack under `err`.
 */
export const logger: Logger = pino({
  level: "info",
  base: { service: "sightline" },
  messageKey: "message",
  timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
  formatters: { level: (label) => ({ level: label }) },
});
