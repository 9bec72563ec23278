import type { PrismaClient } from "@/prisma/generated/client";
import { createBudgetMarkStore } from "./budget-mark-store";
import { createBudgetStore } from "./budget-store";
import { createReportStore } from "./report-store";
import type { UsageStore } from "./usage-feature";
import { createUsageReadStore } from "./usage-read-store";

/** Reports and budgets in Postgres. */
export function createUsageStore(prisma: PrismaClient): UsageStore {
  return {
    reports: createReportStore(prisma),
    reads: createUsageReadStore(prisma),
    budgets: createBudgetStore(prisma),
    marks: createBudgetMarkStore(prisma),
  };
}
