import type { PrismaClient } from "@/prisma/generated/client";
import { addUsage } from "@/server/ledger";
import { findValidations, takeUnjoined } from "./joined-call-store";
import { compareInTransaction, type StoredCut } from "./comparison-store";
import {
  addToDays,
  insertReports,
  pairKeyOf,
  type NewReport,
  type ReportPair,
} from "./report-write-store";

/** A batch waits for others that write the same rows, and for a connection. */
const LIMITS = { maxWait: 10_000, timeout: 20_000 };

/** What servers reported, in Postgres. Errors are those of the database. */
export interface ReportStore {
  /**
   * Stores reports that are not known yet with all that follows from them, in one transaction: day, roll-up, measured error, silent cuts.
   * No two of them may be of the same service and request. `alone`: those whose validation is not recorded (yet).
   */
  accept(
    reports: readonly NewReport[],
  ): Promise<{ accepted: NewReport[]; cuts: StoredCut[]; alone: ReportPair[] }>;
  /** Compares reports with validations that were recorded after them. Each report is compared once, whoever asks how often. */
  join(pairs: readonly ReportPair[]): Promise<{ cuts: StoredCut[] }>;
  /** Reports from that time on which have a validation and were not compared with it. */
  findUnjoined(sinceMs: number, limit: number): Promise<ReportPair[]>;
}

/*
 * No transaction here can wait for another that waits for it. All write in this order of tables, and in each by the order of its keys:
 * token_reports, silent_cuts, counting_errors, token_days, and last what addUsage of the ledger writes.
 */
export function createReportStore(prisma: PrismaClient): ReportStore {
  return {
    accept: (reports) =>
      prisma.$transaction(async (tx) => {
        const validations = await findValidations(tx, reports);
        const isNew = await insertReports(tx, reports, (report) =>
          validations.get(pairKeyOf(report))?.validationId.toString(),
        );
        const accepted = reports.filter((report) => isNew.has(pairKeyOf(report)));
        const joined = accepted.flatMap((report) => validations.get(pairKeyOf(report)) ?? []);
        const cuts = await compareInTransaction(tx, joined);
        await addToDays(tx, accepted);
        if (accepted.length > 0) await addUsage(tx, { reports: accepted, cuts });
        const alone = accepted.filter((report) => !validations.has(pairKeyOf(report)));
        return { accepted, cuts, alone };
      }, LIMITS),
    join: (pairs) =>
      prisma.$transaction(async (tx) => {
        const cuts = await compareInTransaction(tx, await takeUnjoined(tx, pairs));
        if (cuts.length > 0) await addUsage(tx, { reports: [], cuts });
        return { cuts };
      }, LIMITS),
    findUnjoined: (sinceMs, limit) =>
      prisma.$queryRaw<ReportPair[]>`
        SELECT r.service, r.request_id AS "requestId" FROM token_reports r
        WHERE r.validation_id IS NULL AND r.at >= ${new Date(sinceMs)}::timestamptz AND EXISTS (
          SELECT 1 FROM token_validations v WHERE v.request_id = r.request_id AND v.service = r.service
            AND v.recorded_at BETWEEN r.at - interval '1 day' AND r.at + interval '1 day')
        ORDER BY r.at LIMIT ${limit}`,
  };
}
