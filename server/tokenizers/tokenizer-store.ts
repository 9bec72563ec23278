import { randomUUID } from "node:crypto";
import type { TokenizerFile } from "@/domain/tokens/tokenizer-file";
import { Prisma, type PrismaClient } from "@/prisma/generated/client";
import { appendAudit, type AuditOrigin } from "@/server/audit";
import { AppError } from "@/server/errors";
import { auditedTokenizer } from "./audited-tokenizer";

/** What a file holds, as it was when it was read last. */
export interface TokenizerContent {
  sha256: string;
  sizeBytes: number;
  description: string;
  vocabularySize: number;
}

export interface NewTokenizer extends TokenizerContent {
  name: string;
  /** On the portal's machine, or the file itself, packed with gzip. */
  from: { path: string } | { packed: Uint8Array };
}

/**
 * Tokenizers of models. What a person does leaves one row in the audit, in the same transaction. Errors are those of the database, or
 * AppError with what is wrong.
 */
export interface TokenizerStore {
  /** By name. */
  list(): Promise<TokenizerFile[]>;
  /** With its path where it has one; null when there is none. */
  read(id: string): Promise<(TokenizerFile & { path: string | null }) | null>;
  /** Of an upload, packed with gzip. */
  readPacked(id: string): Promise<Uint8Array | null>;
  /** Throws INVALID for a name that is taken, or one too many. */
  add(tokenizer: NewTokenizer, origin: AuditOrigin): Promise<TokenizerFile>;
  /** The file on the portal's machine is another one now. */
  refresh(id: string, content: TokenizerContent): Promise<void>;
  /** False when it was gone already. Throws INVALID while a profile uses it. */
  delete(id: string, origin: AuditOrigin): Promise<boolean>;
}

const MAX_TOKENIZERS = 50;

// The content is not among them.
const listed = {
  id: true,
  name: true,
  source: true,
  sha256: true,
  sizeBytes: true,
  description: true,
  vocabularySize: true,
  createdAt: true,
  createdBy: true,
} as const;

type ListedRow = Prisma.TokenizerFileGetPayload<{ select: typeof listed }>;

function tokenizerOf({ createdAt, source, ...row }: ListedRow): TokenizerFile {
  return {
    ...row,
    source: source === "file" ? "file" : "upload",
    createdAtMs: createdAt.getTime(),
  };
}

export function createTokenizerStore(prisma: PrismaClient): TokenizerStore {
  return {
    async list() {
      const rows = await prisma.tokenizerFile.findMany({
        select: listed,
        orderBy: { name: "asc" },
      });
      return rows.map(tokenizerOf);
    },
    async read(id) {
      const row = await prisma.tokenizerFile.findUnique({
        where: { id },
        select: { ...listed, path: true },
      });
      if (!row) return null;
      const { path, ...rest } = row;
      return { ...tokenizerOf(rest), path };
    },
    async readPacked(id) {
      const row = await prisma.tokenizerFile.findUnique({
        where: { id },
        select: { content: true },
      });
      return row?.content ?? null;
    },
    add: (tokenizer, origin) => addTokenizer(prisma, tokenizer, origin),
    async refresh(id, content) {
      await prisma.tokenizerFile.updateMany({ where: { id }, data: content });
    },
    delete: (id, origin) => deleteTokenizer(prisma, id, origin),
  };
}

async function addTokenizer(
  prisma: PrismaClient,
  { from, ...fields }: NewTokenizer,
  origin: AuditOrigin,
): Promise<TokenizerFile> {
  const isFile = "path" in from;
  try {
    return await prisma.$transaction(async (transaction) => {
      if ((await transaction.tokenizerFile.count()) >= MAX_TOKENIZERS) throw tooMany();
      const row = await transaction.tokenizerFile.create({
        data: {
          ...fields,
          id: randomUUID(),
          source: isFile ? "file" : "upload",
          path: isFile ? from.path : null,
          content: isFile ? null : Buffer.from(from.packed),
          createdAt: new Date(origin.atMs),
          createdBy: origin.actorName,
        },
        select: listed,
      });
      const added = tokenizerOf(row);
      await appendAudit(transaction, origin, {
        action: "tokenizer.add",
        target: added.name,
        before: null,
        after: auditedTokenizer(added),
      });
      return added;
    });
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002")
      throw nameTaken(fields.name);
    throw error;
  }
}

async function deleteTokenizer(
  prisma: PrismaClient,
  id: string,
  origin: AuditOrigin,
): Promise<boolean> {
  return prisma.$transaction(async (transaction) => {
    // A profile that begins to use it waits for this lock, and then finds it gone.
    await transaction.$queryRaw`SELECT 1 FROM "tokenizer_files" WHERE "id" = ${id}::uuid FOR UPDATE`;
    const row = await transaction.tokenizerFile.findUnique({
      where: { id },
      select: { ...listed, profiles: { select: { name: true }, orderBy: { name: "asc" } } },
    });
    if (!row) return false;
    const { profiles, ...rest } = row;
    if (profiles.length > 0)
      throw new AppError(
        "INVALID",
        `${rest.name} counts for ${profiles.map(({ name }) => name).join(", ")}. Let these profiles count with something else first.`,
      );
    await transaction.tokenizerFile.delete({ where: { id } });
    await appendAudit(transaction, origin, {
      action: "tokenizer.delete",
      target: rest.name,
      before: auditedTokenizer(tokenizerOf(rest)),
      after: null,
    });
    return true;
  });
}

export function nameTaken(name: string): AppError {
  return new AppError("INVALID", `There is a tokenizer called ${name} already. Give another name.`);
}

function tooMany(): AppError {
  return new AppError(
    "INVALID",
    `There are ${MAX_TOKENIZERS} tokenizers already. Delete one that no profile uses.`,
  );
}
