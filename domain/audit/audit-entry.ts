import * as z from "zod";

/** One change by an admin or operator. `before` and `after` are JSON texts without secrets; the hash is over exactly these texts. */
export const AuditEntry = z.object({
  sequence: z.number().int().positive(),
  atMs: z.number(),
  actorKind: z.enum(["session", "key", "anonymous", "system"]),
  actorId: z.string().nullable(),
  actorName: z.string(),
  /** `<thing>.<what>`: `user.create`, `key.revoke`, `webhook.update`. */
  action: z.string(),
  /** What it was done to, for a person: an e-mail address, a name. */
  target: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  address: z.string(),
  requestId: z.string(),
  /** SHA-256 over this row and the hash of the one before, as hex. */
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const MAX_AUDIT_ENTRIES = 500;
/** 9999-12-31: the database's calendar ends elsewhere than JavaScript's. */
const LATEST_MS = 253_402_300_799_999;

const Text = (maxLength: number) =>
  z
    .string()
    .max(maxLength, `${maxLength.toString()} characters at most`)
    .regex(/^\P{Cc}*$/u, "may hold no control characters");
const TimeMs = z.number().int().nonnegative().max(LATEST_MS);

/** Which rows. */
const filters = {
  /** Exactly this name. */
  actorName: Text(254).optional(),
  /** This action, or all that begin with it and a dot: `user` finds `user.create`. */
  action: Text(80).optional(),
  /** Inclusive. */
  fromMs: TimeMs.optional(),
  /** Exclusive. */
  toMs: TimeMs.optional(),
};

export const AuditFilter = z.object(filters);
export type AuditFilter = z.infer<typeof AuditFilter>;

export const AuditQuery = z.object({
  ...filters,
  /** Newest first; the next page is what is older than this sequence. */
  beforeSequence: z.number().int().positive().optional(),
  limit: z.number().int().min(1).max(MAX_AUDIT_ENTRIES).default(100),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

/** A whole number in a query string. */
const TimeMsText = z
  .string()
  .regex(/^\d{1,15}$/, "must be milliseconds since 1970")
  .transform(Number)
  .pipe(TimeMs)
  .optional();

/** The query string of `/api/audit/export`: the filters of a list, without pages. */
export const AuditExportRequest = AuditFilter.extend({
  format: z.enum(["csv", "ndjson"], "format must be csv or ndjson"),
  fromMs: TimeMsText,
  toMs: TimeMsText,
});
export type AuditExportRequest = z.infer<typeof AuditExportRequest>;

export const AuditPage = z.object({
  entries: z.array(AuditEntry),
  /** Of all that match, whatever the page. */
  total: z.number().int().nonnegative(),
  /** Null: this was the last page. */
  nextBeforeSequence: z.number().int().positive().nullable(),
  /** Names and actions that occur, for the filters; 200 at most each. */
  actorNames: z.array(z.string()),
  actions: z.array(z.string()),
});
export type AuditPage = z.infer<typeof AuditPage>;

/** What checking the whole chain found. */
export const AuditCheck = z.object({
  /** That are in order: all, or those before the first problem. */
  rows: z.number().int().nonnegative(),
  /** Of the last row, as the head has it, as hex: written down elsewhere, it proves later that nothing before it was changed. */
  headHash: z.string(),
  /** Null: intact. */
  firstProblem: z
    .object({
      sequence: z.number().int().positive(),
      problem: z.enum(["edited", "removed", "reordered"]),
      /** For a person: which row, and what happened to it. */
      sentence: z.string(),
    })
    .nullable(),
  checkedAtMs: z.number(),
});
export type AuditCheck = z.infer<typeof AuditCheck>;
