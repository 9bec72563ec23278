import * as z from "zod";
import { givenName } from "@/domain/text/given-name";

/**
 * The three roles, and three narrower kinds: `read` reads as a viewer, `control` acts as an operator, `ingest` sends samples and
 * inferences and does nothing else. Only keys of the roles operator and admin may see prompt text, where PROMPT_CONTENT_ROLE lets them.
 */
export const KeyKind = z.enum(["viewer", "operator", "admin", "read", "control", "ingest"]);
export type KeyKind = z.infer<typeof KeyKind>;

/** A key without the key: only its hash is kept. Times in epoch milliseconds. */
export const ApiKey = z.object({
  id: z.uuid(),
  name: z.string(),
  kind: KeyKind,
  /** Its first characters, by which a person recognises it: `sl_ing_3fGh…`. */
  hint: z.string(),
  createdAtMs: z.number(),
  /** E-mail address of who made it, or `setup`. */
  createdBy: z.string(),
  /** Null: it does not end by itself. */
  expiresAtMs: z.number().nullable(),
  /** Null: never. To the minute. */
  lastUsedAtMs: z.number().nullable(),
  callsLast24h: z.number().int().nonnegative(),
  revokedAtMs: z.number().nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

export const ApiKeys = z.object({ keys: z.array(ApiKey) });
export type ApiKeys = z.infer<typeof ApiKeys>;

export const MAX_KEY_DAYS = 3650;

export const NewApiKey = z.strictObject({
  name: givenName(80),
  kind: KeyKind,
  /** Null: until it is revoked. */
  expiresInDays: z.number().int().min(1).max(MAX_KEY_DAYS).nullable().default(90),
});
export type NewApiKey = z.infer<typeof NewApiKey>;

/** The key itself, `sl_<adm|opr|view|read|ctl|ing>_<43 base62>`: in this answer and in no other. */
export const CreatedApiKey = z.object({ key: ApiKey, secret: z.string() });
export type CreatedApiKey = z.infer<typeof CreatedApiKey>;

export const ApiKeyId = z.strictObject({ id: z.uuid("is not the id of a key") });
export type ApiKeyId = z.infer<typeof ApiKeyId>;

export const RevokedApiKey = z.object({ key: ApiKey });
export type RevokedApiKey = z.infer<typeof RevokedApiKey>;
