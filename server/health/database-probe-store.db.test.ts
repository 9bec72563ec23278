import { expect, test } from "vitest";
import { withTestDatabase } from "@/fixtures/test-database";
import { createPrisma } from "@/server/db";
import { createDatabaseProbe } from "./database-probe-store";

test("a database that answers gives its version and our connections", async () => {
  const { url } = await withTestDatabase();
  const prisma = createPrisma(url);
  try {
    const probe = createDatabaseProbe(prisma);
    await Promise.all([prisma.$queryRaw`SELECT 1`, prisma.$queryRaw`SELECT 1 FROM pg_sleep(0.05)`]);
    const details = await probe();
    expect(details.version).toMatch(/^\d+/);
    const pool = details.pool as Record<string, number>;
    expect(pool.total_connections).toBeGreaterThanOrEqual(1);
    expect(pool.checkedin).toBe((pool.total_connections ?? 0) - (pool.checkedout ?? 0));
  } finally {
    await prisma.$disconnect();
  }
});

test("a database that is not there rejects", async () => {
  const prisma = createPrisma("postgresql://nobody:x@127.0.0.1:1/none");
  await expect(createDatabaseProbe(prisma)()).rejects.toThrow();
  await prisma.$disconnect();
});
