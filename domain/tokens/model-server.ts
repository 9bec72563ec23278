import * as z from "zod";
import { givenName } from "@/domain/text/given-name";

/** A model server that counts with its own tokenizer: llama.cpp's or vLLM's shapes. */
export const ModelServerKind = z.enum(["llama.cpp", "vllm"]);
export type ModelServerKind = z.infer<typeof ModelServerKind>;

const fields = {
  name: givenName(80),
  kind: ModelServerKind,
  url: z.string().trim().max(2_000),
  /** As vLLM calls it; null: the only one it has. */
  model: z.string().trim().min(1).max(200).nullable(),
};

export const NewModelServer = z.strictObject({
  ...fields,
  /** Sent as `Authorization: Bearer`. */
  secret: z.string().min(1).max(4_000).nullable(),
});
export type NewModelServer = z.infer<typeof NewModelServer>;

/** A new address loses the secret unless one comes with it. */
export const ModelServerChange = z.strictObject({
  id: z.uuid(),
  name: fields.name.optional(),
  kind: fields.kind.optional(),
  url: fields.url.optional(),
  model: fields.model.optional(),
  secret: z.string().min(1).max(4_000).nullable().optional(),
});
export type ModelServerChange = z.infer<typeof ModelServerChange>;

export const ModelServerId = z.strictObject({ id: z.uuid("is not the id of a model server") });
export type ModelServerId = z.infer<typeof ModelServerId>;

/** Without the secret. What was observed is of the last look, at most every minute. */
export const ModelServer = z.object({
  ...fields,
  id: z.uuid(),
  hasSecret: z.boolean(),
  observed: z
    .object({
      atMs: z.number(),
      /** Of one slot, where the server tells it. */
      slotWindow: z.int().nullable(),
      parallelSlots: z.int().nullable(),
      model: z.string().nullable(),
    })
    .nullable(),
  lastError: z.object({ atMs: z.number(), message: z.string() }).nullable(),
});
export type ModelServer = z.infer<typeof ModelServer>;

export const ModelServers = z.object({ servers: z.array(ModelServer) });
export type ModelServers = z.infer<typeof ModelServers>;

export const SavedModelServer = z.object({
  server: ModelServer,
  /** The address changed and the secret was not given again: it is gone. */
  secretDropped: z.boolean(),
});
export type SavedModelServer = z.infer<typeof SavedModelServer>;

export const DeletedModelServer = z.object({ deleted: z.boolean() });
export type DeletedModelServer = z.infer<typeof DeletedModelServer>;

/** A test counts a short text and reads the window. */
export const TestedModelServer = z.object({
  server: ModelServer,
  ok: z.boolean(),
  message: z.string(),
});
export type TestedModelServer = z.infer<typeof TestedModelServer>;
