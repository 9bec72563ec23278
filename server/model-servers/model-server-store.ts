import { randomUUID } from "node:crypto";
import type { ModelServer, ModelServerKind } from "@/domain/tokens/model-server";
import { Prisma, type PrismaClient } from "@/prisma/generated/client";
import { appendAudit, type AuditOrigin } from "@/server/audit";
import { AppError } from "@/server/errors";
import { auditedServer } from "./audited-server";

/** What a server told of itself. */
export interface ServerObservation {
  slotWindow: number | null;
  parallelSlots: number | null;
  model: string | null;
}

/** All that is needed to ask a server, with its secret. */
export interface AskableServer {
  id: string;
  name: string;
  kind: ModelServerKind;
  url: string;
  model: string | null;
  secret: string | null;
}

export type ServerChange = Partial<Omit<AskableServer, "id">>;

/**
 * Model servers. Only `readAskable` and `takeForTest` give a secret out. What a person does leaves one row in the audit, in the same
 * transaction; what is not there leaves none. Errors are those of the database, or AppError with what is wrong.
 */
export interface ModelServerStore {
  /** By name. */
  list(): Promise<ModelServer[]>;
  read(id: string): Promise<ModelServer | null>;
  readAskable(id: string): Promise<AskableServer | null>;
  /** Throws INVALID for a name that is taken, or one too many. */
  create(server: Omit<AskableServer, "id">, origin: AuditOrigin): Promise<string>;
  /**
   * Null when there is no such server. Another address, unless a secret comes with it, loses the one that is there; another address,
   * kind or model also what was observed. Throws INVALID for a name that is taken.
   */
  update(
    id: string,
    change: ServerChange,
    origin: AuditOrigin,
  ): Promise<{ secretDropped: boolean } | null>;
  /** False when it was gone already. Throws INVALID while a profile uses it. */
  delete(id: string, origin: AuditOrigin): Promise<boolean>;
  /** The row stands before anything is sent. */
  takeForTest(id: string, origin: AuditOrigin): Promise<AskableServer | null>;
  /** Clears the last error. Does nothing to a server that was changed or deleted meanwhile. */
  observed(server: AskableServer, observation: ServerObservation, atMs: number): Promise<void>;
  failed(server: AskableServer, message: string, atMs: number): Promise<void>;
}

const MAX_SERVERS = 50;

const asked = { id: true, name: true, kind: true, url: true, model: true, secret: true } as const;

const listed = {
  ...asked,
  observedAt: true,
  observedSlotWindow: true,
  observedSlots: true,
  observedModel: true,
  lastErrorAt: true,
  lastError: true,
} as const;

function kindOf(kind: string): ModelServerKind {
  return kind === "vllm" ? "vllm" : "llama.cpp";
}

function serverOf(row: Prisma.ModelServerGetPayload<{ select: typeof listed }>): ModelServer {
  const { id, name, url, model, observedAt, lastErrorAt, lastError } = row;
  return {
    id,
    name,
    kind: kindOf(row.kind),
    url,
    model,
    hasSecret: row.secret !== null,
    observed: observedAt && {
      atMs: observedAt.getTime(),
      slotWindow: row.observedSlotWindow,
      parallelSlots: row.observedSlots,
      model: row.observedModel,
    },
    lastError:
      lastErrorAt && lastError !== null
        ? { atMs: lastErrorAt.getTime(), message: lastError }
        : null,
  };
}

const unobserved = {
  observedAt: null,
  observedSlotWindow: null,
  observedSlots: null,
  observedModel: null,
  lastErrorAt: null,
  lastError: null,
} as const;

export function createModelServerStore(prisma: PrismaClient): ModelServerStore {
  const changes = createServerChanges(prisma);
  /** As it was asked: what it said is nothing about another address or model. */
  const asBefore = ({ id, kind, url, model }: AskableServer) => ({ id, kind, url, model });
  return {
    ...changes,
    async list() {
      const rows = await prisma.modelServer.findMany({ select: listed, orderBy: { name: "asc" } });
      return rows.map(serverOf);
    },
    async read(id) {
      const row = await prisma.modelServer.findUnique({ where: { id }, select: listed });
      return row && serverOf(row);
    },
    async readAskable(id) {
      const row = await prisma.modelServer.findUnique({ where: { id }, select: asked });
      return row && { ...row, kind: kindOf(row.kind) };
    },
    async observed(server, { slotWindow, parallelSlots, model }, atMs) {
      await prisma.modelServer.updateMany({
        where: asBefore(server),
        data: {
          observedAt: new Date(atMs),
          observedSlotWindow: slotWindow,
          observedSlots: parallelSlots,
          observedModel: model,
          lastErrorAt: null,
          lastError: null,
        },
      });
    },
    async failed(server, message, atMs) {
      await prisma.modelServer.updateMany({
        where: asBefore(server),
        data: { lastErrorAt: new Date(atMs), lastError: message },
      });
    },
  };
}

/** What a person does: each change and its row of the audit are one transaction, the row last. */
function createServerChanges(
  prisma: PrismaClient,
): Pick<ModelServerStore, "create" | "update" | "delete" | "takeForTest"> {
  /** Runs `work` on a server that is there and that nobody else changes meanwhile. */
  const change = <Result>(
    id: string,
    work: (transaction: Prisma.TransactionClient, before: AskableServer) => Promise<Result>,
  ): Promise<Result | null> =>
    prisma.$transaction(async (transaction) => {
      await transaction.$queryRaw`SELECT 1 FROM "model_servers" WHERE "id" = ${id}::uuid FOR UPDATE`;
      const before = await transaction.modelServer.findUnique({ where: { id }, select: asked });
      return before && work(transaction, { ...before, kind: kindOf(before.kind) });
    });
  const draft = (action: string, name: string) => ({
    action: `model-server.${action}`,
    target: name,
  });

  return {
    create: (server, origin) =>
      namedOnce(server.name, () =>
        prisma.$transaction(async (transaction) => {
          if ((await transaction.modelServer.count()) >= MAX_SERVERS) throw tooMany();
          const { id } = await transaction.modelServer.create({
            data: { ...server, id: randomUUID(), createdAt: new Date(origin.atMs) },
            select: { id: true },
          });
          const after = auditedServer({ ...server, id });
          await appendAudit(transaction, origin, {
            ...draft("create", server.name),
            before: null,
            after,
          });
          return id;
        }),
      ),
    update: (id, given, origin) =>
      namedOnce(given.name ?? "", () =>
        change(id, async (transaction, before) => {
          const after = { ...before, ...given };
          const isMoved = after.url !== before.url;
          if (isMoved && given.secret === undefined) after.secret = null;
          const isOther = isMoved || after.kind !== before.kind || after.model !== before.model;
          await transaction.modelServer.update({
            where: { id },
            data: { ...after, ...(isOther && unobserved) },
            select: { id: true },
          });
          await appendAudit(transaction, origin, {
            ...draft("update", after.name),
            before: auditedServer(before),
            after: {
              ...auditedServer(after),
              isMoved,
              hasNewSecret: after.secret !== null && after.secret !== before.secret,
            },
          });
          return { secretDropped: before.secret !== null && isMoved && given.secret === undefined };
        }),
      ),
    async delete(id, origin) {
      const done = await change(id, async (transaction, before) => {
        const users = await transaction.modelProfile.findMany({
          where: { serverId: id },
          select: { name: true },
          orderBy: { name: "asc" },
        });
        if (users.length > 0) throw inUse(before.name, users);
        await transaction.modelServer.delete({ where: { id }, select: { id: true } });
        await appendAudit(transaction, origin, {
          ...draft("delete", before.name),
          before: auditedServer(before),
          after: null,
        });
        return true;
      });
      return done !== null;
    },
    takeForTest: (id, origin) =>
      change(id, async (transaction, server) => {
        const known = auditedServer(server);
        const row = { ...draft("test", server.name), before: known, after: known };
        await appendAudit(transaction, origin, row);
        return server;
      }),
  };
}

async function namedOnce<Value>(name: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002")
      throw new AppError(
        "INVALID",
        `There is a model server called ${name} already. Give another name.`,
      );
    throw error;
  }
}

function tooMany(): AppError {
  return new AppError(
    "INVALID",
    `There are ${MAX_SERVERS} model servers already. Delete one that no profile uses.`,
  );
}

function inUse(name: string, users: readonly { name: string }[]): AppError {
  return new AppError(
    "INVALID",
    `${name} counts for ${users.map((user) => user.name).join(", ")}. Let these profiles count with something else first.`,
  );
}
