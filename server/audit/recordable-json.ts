import { HIDDEN, recordableText } from "./recordable-text";

const MAX_BYTES = 16_384;
const MAX_TEXT_LENGTH = 1_000;
const MAX_ITEMS = 50;
const MAX_KEY_LENGTH = 80;
const MAX_DEPTH = 4;

/**
 * What a row may say of a thing. An allow list: the value of any other key is hidden, so a new column never gets into the audit by
 * itself. No key stands here whose value opens something.
 */
const recordedKeys = new Set([
  // of all
  "id",
  "name",
  "count",
  "createdAtMs",
  "createdBy",
  "enabled",
  // users, sessions, sign-in
  "userId",
  "email",
  "role",
  "hasPassword",
  "providers",
  "issuer",
  "subject",
  "lastSignInAtMs",
  "disabled",
  "disabledAtMs",
  "method",
  "address",
  "device",
  "sessions",
  "endedSessions",
  "activeSessions",
  "lastSeenAtMs",
  "attempts",
  "untilMs",
  // keys
  "kind",
  "hint",
  "expiresAtMs",
  "lastUsedAtMs",
  "revokedAtMs",
  // webhooks
  "url",
  "isMoved",
  "hasNewSecret",
  // profiles of models
  "modelNames",
  "contextWindow",
  "parallelSlots",
  "maxOutputTokens",
  "warningThreshold",
  "truncationEnabled",
  "counting",
  "encoding",
  "tokenizerId",
  "serverId",
  "fallback",
  "chatTemplate",
  "sectionPriorities",
  "overrides",
  "service",
  "kvShape",
  "layers",
  "kvHeads",
  "headSize",
  "cacheType",
  "weightsGib",
  "defaultProfile",
  // tokenizers and model servers
  "source",
  "sha256",
  "sizeBytes",
  "description",
  "vocabularySize",
  "model",
  "hasSecret",
  // token budgets
  "keyId",
  "dailyTokens",
  "counts",
  // retention
  "tables",
  "table",
  "retentionDays",
  "partitions",
  "rows",
  "bytes",
]);

/** `before` or `after` as the text of a row: at most 16 KiB of JSON, known keys only. Null stays null. */
export function recordableJson(value: object | null): string | null {
  if (value === null) return null;
  const text = JSON.stringify(recordable(value, 0));
  const bytes = Buffer.byteLength(text);
  return bytes <= MAX_BYTES ? text : JSON.stringify({ leftOut: `${bytes} bytes are too many` });
}

function recordable(value: unknown, depth: number): unknown {
  if (typeof value === "string") return recordableText(value, MAX_TEXT_LENGTH);
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return null;
  if (depth >= MAX_DEPTH) return "…";
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return listed(value, depth);
  const entries = Object.entries(value)
    .slice(0, MAX_ITEMS)
    .map(([key, one]): [string, unknown] => [
      recordableText(key, MAX_KEY_LENGTH),
      recordedKeys.has(key) ? recordable(one, depth + 1) : HIDDEN,
    ]);
  return Object.fromEntries(entries);
}

function listed(values: readonly unknown[], depth: number): unknown[] {
  const items = values.slice(0, MAX_ITEMS).map((one) => recordable(one, depth + 1));
  return values.length > MAX_ITEMS ? [...items, `… and ${values.length - MAX_ITEMS} more`] : items;
}
