import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "@/prisma/generated/client";

const MAX_CONNECTIONS = 10;
const CONNECT_LIMIT_MS = 5_000;
const STATEMENT_LIMIT_MS = 30_000;
/** A change waits for others that hold what it needs, such as the end of the audit; not for longer than a person would. */
const TRANSACTION_LIMITS = { maxWait: 5_000, timeout: 10_000 };
/** For a connection that has gone silent, where the server's own limit cannot arrive. */
const ANSWER_LIMIT_MS = STATEMENT_LIMIT_MS + 5_000;

/**
 * A Prisma client over at most 10 connections; each statement may take 30 s. It connects at the first query.
 * `$disconnect()` closes the pool.
 */
export function createPrisma(url: string): PrismaClient {
  const adapter = new PrismaPg({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    idleTimeoutMillis: 60_000,
    statement_timeout: STATEMENT_LIMIT_MS,
    query_timeout: ANSWER_LIMIT_MS,
    keepAlive: true,
    application_name: "sightline",
  });
  // Errors reach whoever asked; Prisma's own print would go to the terminal with the whole statement.
  return new PrismaClient({
    adapter,
    log: [],
    errorFormat: "minimal",
    transactionOptions: TRANSACTION_LIMITS,
  });
}
