import { CountMethodKind } from "@/domain/tokens/count-method";
import type { MeasuredError, SilentCuts, SilentCutsQuery } from "@/domain/tokens/usage-report";
import type { PrismaClient } from "@/prisma/generated/client";

/** Names of models and methods come from services: more than this are not shown. */
const MAX_ERRORS = 1_000;

/** What is read of reports. Errors are those of the database. */
export interface UsageReadStore {
  silentCuts(query: SilentCutsQuery): Promise<SilentCuts>;
  measuredErrors(): Promise<MeasuredError[]>;
}

export function createUsageReadStore(prisma: PrismaClient): UsageReadStore {
  return {
    async silentCuts({ fromMs, toMs, service, model, limit }) {
      const where = {
        at: { gte: new Date(fromMs), lt: new Date(toMs) },
        ...(service !== undefined && { service }),
        ...(model !== undefined && { model }),
      };
      const [rows, total] = await Promise.all([
        prisma.silentCut.findMany({
          where,
          orderBy: [{ at: "desc" }, { id: "desc" }],
          take: limit,
        }),
        prisma.silentCut.count({ where }),
      ]);
      const cuts = rows.map((row) => ({
        id: row.id.toString(),
        atMs: row.at.getTime(),
        service: row.service,
        model: row.model,
        requestId: row.requestId,
        traceId: row.traceId,
        sentTokens: row.sentTokens,
        countedTokens: row.countedTokens,
        lostTokens: row.sentTokens - row.countedTokens,
        method: CountMethodKind.parse(row.methodKind),
      }));
      return { cuts, total };
    },
    async measuredErrors() {
      const rows = await prisma.countingError.findMany({
        orderBy: [
          { calls: "desc" },
          { model: "asc" },
          { methodKind: "asc" },
          { methodName: "asc" },
        ],
        take: MAX_ERRORS,
      });
      return rows.map((row) => ({
        model: row.model,
        methodKind: CountMethodKind.parse(row.methodKind),
        methodName: row.methodName,
        calls: Number(row.calls),
        errorPercent: (row.ratioSum / Number(row.calls)) * 100,
        worstPercent: row.worstRatio * 100,
      }));
    },
  };
}
