import { beforeAll, describe, expect, test } from "vitest";
import {
  DryRun,
  type LedgerEntry,
  LedgerExportRequest,
  LedgerPage,
  LedgerQuery,
  RemovalHistory,
  UsageHistory,
  UsageHistoryQuery,
  UsageSummary,
} from "@/domain/tokens/usage-history";
import type { ValidationRecord } from "@/domain/tokens/validation-record";
import { useGpuDatabase } from "@/fixtures/gpu-database";
import { routeRequest } from "@/fixtures/route-request";
import { seededRandom } from "@/fixtures/seeded-random";
import { storedLedger } from "@/fixtures/stored-ledger";
import { plainSums, randomValidation, validationRecord } from "@/fixtures/validation-records";
import { dryRunTruncation } from "./dry-run-truncation";
import { exportLedger } from "./export-ledger";
import type { LedgerFeature } from "./ledger-feature";
import { listLedger } from "./list-ledger";
import { readPromptSample } from "./read-prompt-sample";
import { readRemovals } from "./read-removals";
import { readUsageHistory } from "./read-usage-history";
import { readUsageSummary } from "./read-usage-summary";
import { ledgerRoutes } from "./routes";
import { addUsage } from "./usage-write-store";

const database = useGpuDatabase();
const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 10, 24, 12, 34, 56, 789);
const FROM = NOW - 26 * HOUR_MS;
const range = { fromMs: FROM, toMs: NOW };
const random = seededRandom();
const note = `seed ${random.seed}`;
let feature: LedgerFeature;
let records: ValidationRecord[];
/** Of the validation of one request, as the server reported it. */
const REPORTED = { promptTokens: 900, completionTokens: 33 };

beforeAll(async () => {
  feature = storedLedger(database.prisma, {
    nowMs: () => NOW,
    errorOf: (model) => (model === "model-0" ? { errorPercent: 4.5, calls: 7 } : null),
  });
  records = Array.from({ length: 2_000 }, (_, number) =>
    randomValidation(random, { fromMs: FROM - HOUR_MS, spanMs: NOW - FROM + HOUR_MS, number }),
  );
  const stored = await Promise.all(records.map((record) => feature.ledger.record(record, null)));
  expect(stored.every(Boolean)).toBe(true);
  records = records.filter(({ recordedAtMs }) => recordedAtMs >= FROM);
});

const list = (query: object) =>
  listLedger(feature.context, LedgerQuery.parse({ ...range, ...query }));
async function listAll(query: object): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = LedgerPage.parse(await list({ ...query, cursor }));
    entries.push(...page.entries);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return entries;
}
const requestsOf = (entries: readonly { requestId: string }[]) =>
  entries.map(({ requestId }) => requestId);

describe("listLedger", () => {
  test("gives the newest first, page by page, each once, whatever comes meanwhile", async () => {
    const seen: LedgerEntry[] = [];
    let cursor: string | undefined;
    let added = 0;
    do {
      const page = await list({ limit: 190, cursor });
      seen.push(...page.entries);
      cursor = page.nextCursor ?? undefined;
      // Newer than the page, and amid what was read already.
      for (const recordedAtMs of [NOW - 1, seen[0]?.recordedAtMs ?? 0])
        await feature.ledger.record(
          validationRecord({ recordedAtMs, service: "late", requestId: `late-${added++}` }),
          null,
        );
    } while (cursor !== undefined);
    expect(requestsOf(seen).toSorted(), note).toEqual(requestsOf(records).toSorted());
    const times = seen.map(({ recordedAtMs }) => recordedAtMs);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    await database.admin.query("DELETE FROM token_validations WHERE service = 'late'");
    await database.admin.query("DELETE FROM token_usage WHERE service = 'late'");
  });

  test.each<[string, object, (record: ValidationRecord) => boolean]>([
    ["a service", { service: "service-1" }, ({ service }) => service === "service-1"],
    ["a model", { model: "model-1" }, ({ model }) => model === "model-1"],
    ["an outcome", { outcome: "over" }, ({ outcome }) => outcome === "over"],
    ["what fits", { outcome: "ok" }, ({ outcome }) => outcome === "ok"],
    ["truncated", { only: "truncated" }, ({ wasTruncated }) => wasTruncated],
    [
      "several things",
      { service: "service-0", model: "model-0", outcome: "warning" },
      ({ service, model, outcome }) =>
        service === "service-0" && model === "model-0" && outcome === "warning",
    ],
  ])("filters by %s, and tells how many there are", async (_name, query, matches) => {
    const expected = records.filter(matches);
    expect(expected.length).toBeGreaterThan(0);
    const entries = await listAll({ ...query, limit: 77 });
    expect(requestsOf(entries).toSorted(), note).toEqual(requestsOf(expected).toSorted());
    expect((await list(query)).total, note).toBe(expected.length);
  });

  test("the total is exact to the millisecond at both ends", async () => {
    for (let i = 0; i < 30; i++) {
      const fromMs = FROM + random.below(20 * HOUR_MS);
      const toMs = fromMs + 1 + random.below(5 * HOUR_MS);
      const expected = records.filter(
        ({ recordedAtMs }) => recordedAtMs >= fromMs && recordedAtMs < toMs,
      );
      expect((await list({ fromMs, toMs, limit: 1 })).total, note).toBe(expected.length);
    }
  });

  test("where only counting rows could tell the total, it is not told", async () => {
    const page = await list({ outcome: "over", only: "truncated" });
    expect(page.total).toBeNull();
    expect(page.entries.length).toBeGreaterThan(0);
  });

  test("an entry is what was recorded, with the error of its method as it is now", async () => {
    const record = records.find(({ model }) => model === "model-0");
    const { entries, total } = await list({ requestId: record?.requestId });
    expect(total).toBe(1);
    expect(entries[0]).toEqual({
      ...record,
      method: { ...record?.method, errorPercent: 4.5, measuredCalls: 7 },
      id: expect.stringMatching(/^\d+$/) as string,
      reported: null,
      lostTokens: null,
      hasSample: false,
    });
  });

  test("what the server reported, and cut, stands beside it", async () => {
    const record = records.find(({ outcome }) => outcome === "warning");
    if (!record) throw new Error("no warning among the records");
    const [entry] = (await list({ requestId: record.requestId })).entries;
    await database.prisma.tokenReport.create({
      data: {
        service: record.service,
        requestId: record.requestId,
        model: record.model,
        at: new Date(record.recordedAtMs),
        ...REPORTED,
      },
    });
    const cut = {
      ...record,
      validationId: BigInt(entry?.id ?? 0),
      lostTokens: record.tokens - REPORTED.promptTokens,
    };
    await database.prisma.$transaction((transaction) =>
      addUsage(transaction, { reports: [{ ...record, ...REPORTED, atMs: NOW - 1 }], cuts: [cut] }),
    );
    const { entries, total } = await list({ only: "cut" });
    expect(total).toBe(1);
    expect(entries).toEqual([{ ...entry, reported: REPORTED, lostTokens: cut.lostTokens }]);
  });

  test("a cursor that is none of ours is refused", async () => {
    for (const cursor of ["", "1", "1-", "a-b", "999999999999999-1", "1-1'--"])
      await expect(list({ cursor })).rejects.toThrow("nextCursor");
  });

  test("what is past the retention is gone, though it is not deleted yet", async () => {
    const old = storedLedger(database.prisma, { nowMs: () => NOW + 30 * 86_400_000 - HOUR_MS });
    const page = await listLedger(old.context, LedgerQuery.parse({ ...range, limit: 500 }));
    const keptSinceMs = Math.floor((NOW - HOUR_MS) / HOUR_MS) * HOUR_MS;
    const kept = records.filter(({ recordedAtMs }) => recordedAtMs >= keptSinceMs);
    expect(page.total).toBe(kept.length);
    expect(requestsOf(page.entries).toSorted()).toEqual(requestsOf(kept).toSorted());
  });
});

describe("readUsageHistory", () => {
  const read = (query: object) =>
    readUsageHistory(feature.context, UsageHistoryQuery.parse({ ...range, ...query }));

  test.each([5, 30, 400, 2_000])(
    "in %d points at most is what a recount gives",
    async (maxPoints) => {
      const history = UsageHistory.parse(await read({ maxPoints }));
      expect(history.series.length).toBe(6);
      expect(history.otherSeries).toBe(0);
      for (const { service, model, points } of history.series) {
        expect(points.length).toBeLessThanOrEqual(maxPoints + 1);
        for (const point of points) {
          // The first step begins before the range.
          if (point.atMs < FROM) continue;
          const own = records.filter(
            (one) =>
              one.service === service &&
              one.model === model &&
              one.recordedAtMs >= point.atMs &&
              one.recordedAtMs < point.atMs + history.stepMs,
          );
          const plain = plainSums(own);
          expect(point, note).toMatchObject({
            prompts: plain.prompts,
            warnings: plain.warnings,
            over: plain.over,
            truncated: plain.truncated,
          });
          if (own.length === 0) continue;
          expect(point.meanTokens).toBeCloseTo(plain.tokensSum / own.length, 6);
          expect(point.maxTokens).toBe(plain.tokensMax);
          const sorted = own.map(({ tokens }) => tokens).toSorted((a, b) => a - b);
          const exact = sorted[Math.max(1, Math.ceil(0.95 * sorted.length)) - 1] ?? NaN;
          expect(Math.abs((point.p95Tokens ?? NaN) - exact) / exact, note).toBeLessThan(0.19);
        }
      }
    },
  );

  test("names those with the most prompts first, and filters", async () => {
    const all = await read({});
    const prompts = all.series.map(({ points }) =>
      points.reduce((sum, point) => sum + point.prompts, 0),
    );
    expect(prompts).toEqual(prompts.toSorted((a, b) => b - a));
    const one = await read({ service: "service-2", model: "model-1" });
    expect(one.series.map(({ service, model }) => [service, model])).toEqual([
      ["service-2", "model-1"],
    ]);
    expect((await read({ service: "nobody" })).series).toEqual([]);
  });
});

test("readUsageSummary is what a recount gives", async () => {
  // To the minute: the first one is counted whole.
  const fromMs = Math.ceil(FROM / 60_000) * 60_000;
  const summary = UsageSummary.parse(await readUsageSummary(feature.context, { ...range, fromMs }));
  const counted = records.filter(({ recordedAtMs }) => recordedAtMs >= fromMs);
  expect(summary.rows.length).toBe(6);
  for (const row of summary.rows) {
    const own = counted.filter(
      ({ service, model }) => service === row.service && model === row.model,
    );
    const { tokensSum, tokensMax, ...plain } = plainSums(own);
    expect(row, note).toMatchObject(plain);
    expect(row).toMatchObject({
      maxTokens: tokensMax,
      contextWindow: 4_096,
      availableTokens: 2_560,
    });
    expect(row.meanTokens).toBeCloseTo(tokensSum / own.length, 6);
    expect(row.method).toMatchObject({
      name: "cl100k_base",
      errorPercent: row.model === "model-0" ? 4.5 : null,
    });
  }
  const removed = counted.flatMap((record) => record.removed);
  const total = summary.removedSections.reduce((sum, { savedTokens }) => sum + savedTokens, 0);
  expect(total, note).toBe(removed.reduce((sum, { savedTokens }) => sum + savedTokens, 0));
});

test("readRemovals gives each section its steps", async () => {
  const query = UsageHistoryQuery.parse({ ...range, fromMs: NOW - 24 * HOUR_MS, maxPoints: 30 });
  const history = RemovalHistory.parse(await readRemovals(feature.context, query));
  expect(history.sections.map(({ name }) => name)).toEqual(["weather", "pose"]);
  const firstMs = history.sections[0]?.points[0]?.atMs ?? 0;
  expect(firstMs % history.stepMs).toBe(0);
  for (const { name, points } of history.sections) {
    const own = records.filter(
      ({ recordedAtMs, removed }) =>
        recordedAtMs >= Math.floor(query.fromMs / history.stepMs) * history.stepMs &&
        removed.some((one) => one.name === name),
    );
    expect(
      points.reduce((sum, { prompts }) => sum + prompts, 0),
      note,
    ).toBe(own.length);
  }
});

test("dryRunTruncation takes the newest that were over and not truncated, and changes nothing", async () => {
  const sections = [
    { name: "pose", tokens: 400, priority: 1, required: false },
    { name: "rules", tokens: 2_400, priority: 0, required: true },
  ];
  const service = "dry";
  const over = { service, tokens: 2_800, outcome: "over" as const, recordedAtMs: NOW - 5 };
  await Promise.all(
    [
      { ...over, sections },
      { ...over, sections: null },
      { ...over, sections, wasTruncated: true },
      { ...over, sections, outcome: "warning" as const },
      ...Array.from({ length: 250 }, () => ({ ...over, sections, recordedAtMs: NOW - 10 })),
    ].map((given) => feature.ledger.record(validationRecord(given), null)),
  );
  const run = DryRun.parse(await dryRunTruncation(feature.context, { ...range, service }));
  expect(run).toEqual({
    prompts: 251,
    withoutSections: 1,
    wouldFit: 251,
    sections: [{ name: "pose", prompts: 251, savedTokens: 251 * 400 }],
    largest: { tokens: 2_800, becomes: 2_400 },
  });
  await database.admin.query("DELETE FROM token_validations WHERE service = 'dry'");
  await database.admin.query("DELETE FROM token_usage WHERE service = 'dry'");
});

test("the text of a prompt is read by the id of its entry, until its time is over", async () => {
  const record = validationRecord({ service: "sampled", recordedAtMs: NOW - 9 });
  await feature.ledger.record(record, "the text");
  const [entry] = (await list({ service: "sampled" })).entries;
  expect(entry?.hasSample).toBe(true);
  const id = entry?.id ?? "";
  expect(await readPromptSample(feature.context, { id })).toEqual({
    text: "the text",
    isShortened: false,
    recordedAtMs: NOW - 9,
  });
  await expect(readPromptSample(feature.context, { id: "999999999" })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  const later = storedLedger(database.prisma, { nowMs: () => NOW + 7 * 86_400_000 });
  await expect(readPromptSample(later.context, { id })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  await database.admin.query("DELETE FROM token_validations WHERE service = 'sampled'");
  await database.admin.query("DELETE FROM token_usage WHERE service = 'sampled'");
});

describe("the export", () => {
  async function exported(query: object): Promise<{ totalRows: number; text: string }> {
    const request = LedgerExportRequest.parse({ ...range, ...query });
    const running = await exportLedger(feature.context, request, new AbortController().signal);
    let text = "";
    for await (const part of running.parts) {
      text += part;
      // What comes meanwhile stays out.
      await feature.ledger.record(
        validationRecord({ recordedAtMs: FROM + 1, service: "late" }),
        null,
      );
    }
    await database.admin.query("DELETE FROM token_validations WHERE service = 'late'");
    await database.admin.query("DELETE FROM token_usage WHERE service = 'late'");
    return { totalRows: running.totalRows, text };
  }

  test("of lines of JSON holds each validation once, newest first", async () => {
    const { totalRows, text } = await exported({ format: "ndjson" });
    const rows = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { request_id: string; recorded_at: string });
    expect(totalRows).toBe(records.length);
    expect(rows.map((row) => row.request_id).toSorted(), note).toEqual(
      requestsOf(records).toSorted(),
    );
    const times = rows.map(({ recorded_at: at }) => at);
    expect(times).toEqual(times.toSorted().toReversed());
  });

  test("of CSV holds no cell that a spreadsheet would run", async () => {
    const service = '=HYPERLINK("http://x","y")';
    await feature.ledger.record(
      validationRecord({
        service,
        model: "@model",
        recordedAtMs: NOW - 7,
        removed: [{ name: "-1+2", savedTokens: 4 }],
      }),
      null,
    );
    const { text, totalRows } = await exported({ format: "csv", service });
    const [head, row, ...rest] = text.split("\r\n");
    expect([totalRows, rest]).toEqual([1, [""]]);
    expect(head?.startsWith("id,recorded_at,service,model,")).toBe(true);
    expect(row).toContain(`"'=HYPERLINK(""http://x"",""y"")",'@model,`);
    expect(row).toContain(`"[{""name"":""-1+2"",""savedTokens"":4}]"`);
    await database.admin.query("DELETE FROM token_validations WHERE service = $1", [service]);
    await database.admin.query("DELETE FROM token_usage WHERE service = $1", [service]);
  });

  test("names its file and its rows; a filter that is not known is refused", async () => {
    const [route] = ledgerRoutes(feature.context);
    const query = (more: string) =>
      new URLSearchParams(`format=csv&fromMs=${FROM}&toMs=${NOW}&${more}`);
    const answer = await route?.handle(routeRequest({ query: query("outcome=over") }));
    expect(answer?.headers).toEqual({
      "Content-Disposition": 'attachment; filename="token-ledger-2026-11-24.csv"',
      "X-Total-Rows": String(records.filter(({ outcome }) => outcome === "over").length),
    });
    await expect(
      Promise.resolve().then(() => route?.handle(routeRequest({ query: query("limit=1") }))),
    ).rejects.toThrow();
  });
});
