import * as z from "zod";

const Id = z.uuid();
/** A database keeps no NUL, and no other of them belongs into a line. */
const PLAIN = /^[^\p{Cc}\p{Surrogate}]*$/u;
const Name = z
  .string()
  .trim()
  .min(1, "give it a name")
  .max(80, "the name may have 80 characters")
  .regex(PLAIN, "the name holds control characters");
const Address = z
  .string()
  .trim()
  .min(1, "give an address")
  .max(2_048, "the address may have 2048 characters")
  .regex(PLAIN, "the address holds control characters");

/** How a target fares. Times are epoch milliseconds. */
const WebhookStatus = z.object({
  lastSuccessAtMs: z.int().nullable(),
  lastFailureAtMs: z.int().nullable(),
  /** A sentence of ours; what the target itself said stays out. Null after a success. */
  lastError: z.string().nullable(),
  /** What is still to be sent. */
  waitingCount: z.int().min(0),
  /** Given up after 24 h. */
  failedCount: z.int().min(0),
});

/** Somebody who is told of every transition. The secret is shown when it is made and never again. */
export const PressureWebhook = z.object({
  id: Id,
  name: z.string(),
  url: z.string(),
  enabled: z.boolean(),
  createdAtMs: z.int(),
  /** When the secret was made. */
  secretAtMs: z.int(),
  status: WebhookStatus,
});
export type PressureWebhook = z.infer<typeof PressureWebhook>;

/** All of them, by name. */
export const PressureWebhooks = z.object({
  webhooks: z.array(PressureWebhook),
  maxCount: z.int(),
});
export type PressureWebhooks = z.infer<typeof PressureWebhooks>;

export const NewPressureWebhook = z.strictObject({ name: Name, url: Address });
export type NewPressureWebhook = z.infer<typeof NewPressureWebhook>;

/** Another address makes another secret: the old one is never sent to a new place. */
export const PressureWebhookChange = z.strictObject({
  id: Id,
  name: Name.optional(),
  url: Address.optional(),
  enabled: z.boolean().optional(),
  /** Makes another secret for the same address. */
  renewSecret: z.boolean().optional(),
});
export type PressureWebhookChange = z.infer<typeof PressureWebhookChange>;

/** `secret`: only when one was made just now; null otherwise. */
export const SavedPressureWebhook = z.object({
  webhook: PressureWebhook,
  secret: z.string().nullable(),
});
export type SavedPressureWebhook = z.infer<typeof SavedPressureWebhook>;

export const PressureWebhookId = z.strictObject({ id: Id });
export type PressureWebhookId = z.infer<typeof PressureWebhookId>;

export const DeletedPressureWebhook = z.object({ deleted: z.boolean() });
export type DeletedPressureWebhook = z.infer<typeof DeletedPressureWebhook>;

export const TestedPressureWebhook = z.object({
  ok: z.boolean(),
  /** A sentence: what came back, or why nothing did. */
  message: z.string(),
});
export type TestedPressureWebhook = z.infer<typeof TestedPressureWebhook>;
