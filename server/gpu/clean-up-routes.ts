import * as z from "zod";
import type { CleanUpReport } from "@/domain/gpu/clean-up";
import { auditOriginOf } from "@/server/audit";
import { jsonAnswer, type Route } from "@/server/http/route";
import { cleanUp, type CleanUpContext } from "./clean-up";

const DryRun = z.stringbool({ truthy: ["true", "1"], falsy: ["false", "0"] });

/** The prescribed key `gpu_stats_deleted`, and the rest in the same spelling. */
function flatReport(report: CleanUpReport) {
  const raw = report.tables.find(({ table }) => table === "gpu_stats");
  return {
    gpu_stats_deleted: report.gpuStatsDeleted,
    space_reclaimed: report.bytesReclaimed,
    retention_days: raw?.retentionDays ?? null,
    dry_run: report.dryRun,
    timestamp: new Date(report.atMs).toISOString(),
    tables: report.tables.map(({ table, retentionDays, partitions, rows, bytes }) => ({
      table,
      retention_days: retentionDays,
      partitions,
      rows,
      bytes,
    })),
    postponed: report.postponed,
  };
}

/** `POST /api/system/cleanup?dry_run=`; without the parameter it drops, as the prescribed one does. */
export function cleanUpRoutes(ctx: CleanUpContext): Route[] {
  return [
    {
      method: "POST",
      path: "/api/system/cleanup",
      policy: "admin",
      handle: async ({ query, actor, requestId }) => {
        const { dry_run } = z
          .object({ dry_run: DryRun.default(false) })
          .parse({ dry_run: query.get("dry_run") ?? undefined });
        const origin = auditOriginOf({ actor, requestId, nowMs: ctx.nowMs });
        return jsonAnswer(flatReport(await cleanUp(ctx, { dryRun: dry_run }, origin)));
      },
    },
  ];
}
