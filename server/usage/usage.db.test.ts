import { Registry } from "@prometheus-io/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { budgetDayOf } from "@/domain/tokens/budget-day";
import type { BudgetMarkReached } from "@/domain/tokens/token-budget";
import type { SilentCut, UsageReport } from "@/domain/tokens/usage-report";
import type { ValidationRecord } from "@/domain/tokens/validation-record";
import { auditOrigin } from "@/fixtures/audit-rows";
import { useGpuDatabase } from "@/fixtures/gpu-database";
import { seededRandom } from "@/fixtures/seeded-random";
import { usageReport } from "@/fixtures/usage-reports";
import { validationRecord } from "@/fixtures/validation-records";
import { createPrisma } from "@/server/db";
import { createLedgerStore } from "@/server/ledger";
import { createBudget } from "./create-budget";
import { deleteBudget } from "./delete-budget";
import { listBudgets } from "./list-budgets";
import { reportUsage } from "./report-usage";
import { updateBudget } from "./update-budget";
import { createUsageFeature, type UsageFeature } from "./usage-feature";
import { createUsageStore } from "./usage-store";

const database = useGpuDatabase();
const HOUR_MS = 3_600_000;
const NOON = Date.UTC(2026, 10, 24, 12);
const KEY = "0190f3a0-0000-7000-8000-000000000001";
let nowMs = NOON;
const opened: (() => Promise<void>)[] = [];

beforeEach(async () => {
  nowMs = NOON;
  await database.admin
    .query(`TRUNCATE token_validations, prompt_samples, token_usage, token_removals,
    token_reports, silent_cuts, counting_errors, token_days, token_budgets, token_budget_marks, api_keys CASCADE`);
});
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

interface Portal extends UsageFeature {
  registry: Registry;
  cuts: SilentCut[];
  marks: BudgetMarkReached[];
  lines: string[];
  report: (...reports: UsageReport[]) => ReturnType<typeof reportUsage>;
  validate: (given: Partial<ValidationRecord>) => Promise<void>;
}

/** A portal of its own: its own connections and its own memory. */
function openPortal({ budgetTimeZone = "UTC" } = {}): Portal {
  const prisma = createPrisma(database.url);
  const registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
  const cuts: SilentCut[] = [];
  const marks: BudgetMarkReached[] = [];
  const lines: string[] = [];
  const line = (_: object | string, text?: string) => void lines.push(text ?? "");
  const usage = createUsageFeature({
    store: createUsageStore(prisma),
    modelNameOf: (model) => Promise.resolve(model === "nemotron.gguf" ? "nemotron" : model),
    settings: { budgetTimeZone, tokenRollupRetentionDays: 400 },
    logger: { info: line, warn: line } as never,
    registry,
    nowMs: () => nowMs,
  });
  usage.feed.onCut((cut) => cuts.push(cut));
  usage.feed.onBudgetMark((mark) => marks.push(mark));
  const { writes } = createLedgerStore(prisma);
  opened.push(async () => {
    await usage.stop();
    await prisma.$disconnect();
  });
  return {
    ...usage,
    registry,
    cuts,
    marks,
    lines,
    report: (...reports) => reportUsage(usage.context, { reports }, KEY),
    async validate(given) {
      const record = validationRecord({ recordedAtMs: nowMs, ...given });
      await writes.save([{ record, sample: null }]);
      usage.onValidated(record);
      usage.onStored(record);
    },
  };
}

async function rowsOf<Row>(sql: string): Promise<Row[]> {
  return (await database.admin.query(sql)).rows as Row[];
}
const sums = async () => {
  const [days] = await rowsOf<{ prompt: number; completion: number }>(
    "SELECT sum(prompt_tokens)::int AS prompt, sum(completion_tokens)::int AS completion FROM token_days",
  );
  const usage = await rowsOf<{ prompt: number; completion: number }>(
    `SELECT sum(reported_prompt_tokens)::int AS prompt, sum(reported_completion_tokens)::int AS completion
     FROM token_usage GROUP BY step_seconds`,
  );
  return { days, usage };
};

describe("reports", () => {
  test("many writers in two portals, with repeats, lose and double nothing and do not wait for each other", async () => {
    const random = seededRandom();
    const portals = [openPortal(), openPortal()];
    const reports = Array.from({ length: 1_200 }, (_, number) =>
      usageReport({
        service: `service-${random.below(3)}`,
        model: `model-${random.below(2)}`,
        requestId: `request-${number}`,
        promptTokens: random.below(5_000),
        completionTokens: random.below(500),
        at: NOON - random.below(3 * HOUR_MS),
      }),
    );
    // Each report is sent by three writers, in batches of another order and size each time.
    const batches = [60, 47, 31].flatMap((size, round) => {
      const order = reports.map((report) => ({ report, key: random.next() }));
      const shuffled = (round === 0 ? order : order.toSorted((a, b) => a.key - b.key)).map(
        ({ report }) => report,
      );
      return Array.from({ length: Math.ceil(shuffled.length / size) }, (_, batch) =>
        shuffled.slice(batch * size, (batch + 1) * size),
      );
    });
    const answers = await inLanes(8, batches, (batch, lane) =>
      (portals[lane % 2] ?? openPortal()).report(...batch),
    );
    expect(answers.reduce((all, { accepted }) => all + accepted, 0)).toBe(1_200);
    expect(answers.reduce((all, { repeated }) => all + repeated, 0)).toBe(2 * 1_200);
    const plain = {
      prompt: reports.reduce((all, { promptTokens }) => all + promptTokens, 0),
      completion: reports.reduce((all, { completionTokens }) => all + completionTokens, 0),
    };
    expect(await sums(), `seed ${random.seed}`).toEqual({ days: plain, usage: [plain, plain] });
    // The same counts are in the metrics of the two, each report in one of them.
    const counted = await Promise.all(
      portals.map(async ({ registry }) => {
        const values = await registry.getSingleMetric("sightline_prompt_tokens_total")?.get();
        return values?.values.reduce((all, { value }) => all + value, 0) ?? 0;
      }),
    );
    expect(counted.reduce((all, count) => all + count, 0)).toBe(plain.prompt);
  });

  test("survive a restart: what came before it is not counted again", async () => {
    const before = openPortal();
    await before.report(usageReport());
    await before.stop();
    const after = openPortal();
    expect(await after.report(usageReport(), usageReport({ requestId: "request-2" }))).toEqual({
      accepted: 1,
      repeated: 1,
      refused: [],
      silentCuts: 0,
    });
    expect((await sums()).days).toEqual({ prompt: 2_000, completion: 200 });
  });

  test("too old and too far ahead are refused by their place; a pair twice in a batch counts once", async () => {
    const { report } = openPortal();
    expect(
      await report(
        usageReport({ at: NOON - 24 * HOUR_MS - 1 }),
        usageReport({ requestId: "a", at: NOON - 24 * HOUR_MS }),
        usageReport({ requestId: "b", at: NOON + 60_000 }),
        usageReport({ requestId: "b", promptTokens: 7 }),
        usageReport({ requestId: "c", at: NOON + 60_001 }),
      ),
    ).toEqual({
      accepted: 2,
      repeated: 1,
      refused: [
        { index: 0, reason: "too_old" },
        { index: 4, reason: "too_far_ahead" },
      ],
      silentCuts: 0,
    });
    expect((await sums()).days).toEqual({ prompt: 2_000, completion: 200 });
  });

  test("count under the name that validations use, whatever the server calls the model", async () => {
    const { report } = openPortal();
    await report(usageReport({ model: "nemotron.gguf" }));
    expect(await rowsOf("SELECT DISTINCT model FROM token_usage")).toEqual([{ model: "nemotron" }]);
  });

  test("belong to the day and hour of the budgets' zone, also where a day has 25 hours", async () => {
    const { report } = openPortal({ budgetTimeZone: "Europe/Berlin" });
    nowMs = Date.parse("2026-10-25T23:30:00Z"); // 26 October, 00:30
    await report(
      usageReport({ requestId: "a", at: Date.parse("2026-10-25T00:10:00Z") }), // 02:10, first time
      usageReport({ requestId: "b", at: Date.parse("2026-10-25T01:10:00Z") }), // 02:10, second time
      usageReport({ requestId: "c", at: Date.parse("2026-10-25T22:59:59Z") }),
      usageReport({ requestId: "d", at: Date.parse("2026-10-25T23:00:00Z") }),
    );
    const rows = await rowsOf<{ day: string; hour: number }>(
      "SELECT day::text, extract(epoch FROM hour_at)::int AS hour FROM token_days ORDER BY hour_at",
    );
    const start = Date.parse("2026-10-24T22:00:00Z") / 1_000;
    expect(rows.map(({ day, hour }) => [day, (hour - start) / 3_600])).toEqual([
      ["2026-10-25", 2],
      ["2026-10-25", 3],
      ["2026-10-25", 24],
      ["2026-10-26", 25],
    ]);
  });
});

describe("silent cuts", () => {
  const exact = {
    tokens: 2_000,
    finalTokens: 2_000,
    method: {
      kind: "server" as const,
      name: "nemotron",
      errorPercent: null,
      measuredCalls: 0,
      warning: null,
    },
  };
  const cut = usageReport({ promptTokens: 1_500 });

  test("are found when the report comes after its validation", async () => {
    const portal = openPortal();
    await portal.validate(exact);
    expect(await portal.report(cut)).toMatchObject({ accepted: 1, silentCuts: 1 });
    expect(portal.cuts).toMatchObject([
      {
        requestId: "request-1",
        sentTokens: 2_000,
        countedTokens: 1_500,
        lostTokens: 500,
        method: "server",
      },
    ]);
    expect(portal.lines).toContain("A server counted fewer prompt tokens than were sent");
    expect(await portal.registry.metrics()).toContain(
      'sightline_prompts_cut_silently_total{service="summaries",model="nemotron"} 1',
    );
    await expectStored();
  });

  test("are found when the validation is recorded after its report", async () => {
    const portal = openPortal();
    expect(await portal.report(cut)).toMatchObject({ accepted: 1, silentCuts: 0 });
    await portal.settled();
    await portal.validate(exact);
    await portal.settled();
    expect(portal.cuts).toHaveLength(1);
    await expectStored();
  });

  test("are found once when both come at once, in two portals", async () => {
    const [a, b] = [openPortal(), openPortal()];
    const ids = Array.from({ length: 40 }, (_, number) => `request-${number}`);
    await Promise.all(
      ids.flatMap((requestId) => [
        a.validate({ ...exact, requestId }),
        b.report({ ...cut, requestId }),
      ]),
    );
    await Promise.all([a.settled(), b.settled()]);
    expect([...a.cuts, ...b.cuts].map(({ requestId }) => requestId).sort()).toEqual(ids.sort());
    const [row] = await rowsOf<{ cuts: number }>(
      "SELECT sum(silent_cuts)::int AS cuts FROM token_usage WHERE step_seconds = 60",
    );
    expect(row?.cuts).toBe(40);
  });

  test("that a stop came in between of are found at the next start", async () => {
    const first = openPortal();
    await first.report(cut);
    await first.stop();
    await createLedgerStore(database.prisma).writes.save([
      { record: validationRecord({ recordedAtMs: nowMs, ...exact }), sample: null },
    ]);
    const next = openPortal();
    await next.settled();
    expect(next.cuts).toHaveLength(1);
  });

  test("are judged by the last validation of the request: one that was truncated went as it became", async () => {
    const portal = openPortal();
    await portal.validate({ ...exact, tokens: 9_000, finalTokens: 9_000, outcome: "over" });
    await portal.validate({ ...exact, tokens: 9_000, finalTokens: 1_500, wasTruncated: true });
    expect(await portal.report(cut)).toMatchObject({ silentCuts: 0 });
  });

  test("an encoding is measured first, and its cuts do not widen its error", async () => {
    const portal = openPortal();
    const send = async (number: number, promptTokens: number) => {
      const requestId = `request-${number}`;
      await portal.validate({ requestId, tokens: 2_040, finalTokens: 2_040 });
      return portal.report(usageReport({ requestId, promptTokens }));
    };
    for (let number = 0; number < 10; number++)
      expect(await send(number, 2_000)).toMatchObject({ silentCuts: 0 });
    expect(await send(10, 1_950)).toMatchObject({ silentCuts: 0 });
    for (let number = 11; number < 20; number++)
      expect(await send(number, 1_024)).toMatchObject({ silentCuts: 1 });
    await portal.settled();
    const error = portal.errors.errorOf("nemotron", { kind: "encoding", name: "cl100k_base" });
    expect(error?.calls).toBe(11);
    expect(error?.errorPercent).toBeCloseTo((10 * 2 + 4.615) / 11, 2);
    const { errors } = { errors: await portal.context.reads.measuredErrors() };
    expect(errors).toMatchObject([{ model: "nemotron", calls: 11 }]);
    expect(errors[0]?.worstPercent).toBeCloseTo(4.615, 2);
  });

  async function expectStored() {
    expect(await rowsOf("SELECT request_id, sent_tokens, counted_tokens FROM silent_cuts")).toEqual(
      [{ request_id: "request-1", sent_tokens: 2_000, counted_tokens: 1_500 }],
    );
    expect(await rowsOf("SELECT lost_tokens FROM token_validations")).toEqual([
      { lost_tokens: 500 },
    ]);
    expect(await rowsOf("SELECT DISTINCT silent_cuts::int FROM token_usage ORDER BY 1")).toEqual([
      { silent_cuts: 1 },
    ]);
  }
});

describe("budgets", () => {
  const fields = {
    name: "all",
    service: null,
    keyId: null,
    dailyTokens: 10_000,
    counts: "total" as const,
  };

  test("count what the day used before them, and each mark once, in one of the portals", async () => {
    const [a, b] = [openPortal(), openPortal()];
    await a.report(usageReport({ promptTokens: 4_000, completionTokens: 1_000 }));
    const { budget } = await createBudget(a.context, fields, auditOrigin);
    expect(budget).toMatchObject({ usedTokens: 5_000 });
    expect(budget.marks).toEqual([
      { mark: 50, reachedAtMs: NOON },
      { mark: 80, reachedAtMs: null },
      { mark: 100, reachedAtMs: null },
    ]);
    nowMs = NOON + 60_000;
    // Two that reach 80 % only together, and at once.
    await Promise.all([
      a.report(usageReport({ requestId: "a", promptTokens: 1_500, completionTokens: 0 })),
      b.report(usageReport({ requestId: "b", promptTokens: 1_500, completionTokens: 0 })),
    ]);
    await Promise.all([a.settled(), b.settled()]);
    expect([...a.marks, ...b.marks]).toMatchObject([
      { name: "all", mark: 50, usedTokens: 5_000, dailyTokens: 10_000, atMs: NOON },
      { name: "all", mark: 80, atMs: NOON + 60_000 },
    ]);
    const { budgets } = await listBudgets(b.context);
    expect(budgets).toMatchObject([
      { name: "all", usedTokens: 8_000, marks: [{}, { reachedAtMs: NOON + 60_000 }, {}] },
    ]);
  });

  test("of a service, a key and one kind of tokens count those alone", async () => {
    const portal = openPortal();
    await storeKey(KEY);
    await createBudget(
      portal.context,
      { ...fields, name: "1 service", service: "summaries" },
      auditOrigin,
    );
    await createBudget(portal.context, { ...fields, name: "2 key", keyId: KEY }, auditOrigin);
    await createBudget(
      portal.context,
      { ...fields, name: "3 answers", counts: "completion" },
      auditOrigin,
    );
    await portal.report(
      usageReport({ requestId: "a" }),
      usageReport({ requestId: "b", service: "chat" }),
    );
    await reportUsage(
      portal.context,
      { reports: [usageReport({ requestId: "c", service: "chat" })] },
      null,
    );
    await portal.settled();
    const { budgets } = await listBudgets(portal.context);
    expect(budgets.map(({ name, usedTokens, keyName }) => [name, usedTokens, keyName])).toEqual([
      ["1 service", 1_100, null],
      ["2 key", 2_200, "summariser"],
      ["3 answers", 300, null],
    ]);
  });

  test("begin anew each day; a report for yesterday counts there", async () => {
    const portal = openPortal({ budgetTimeZone: "Europe/Berlin" });
    nowMs = Date.parse("2026-10-25T22:30:00Z"); // 23:30 on the day of 25 hours
    await createBudget(portal.context, fields, { ...auditOrigin, atMs: nowMs });
    await portal.report(usageReport({ promptTokens: 6_000 }));
    await portal.settled();
    expect(portal.marks).toMatchObject([{ mark: 50 }]);
    nowMs = Date.parse("2026-10-25T23:30:00Z");
    const day = budgetDayOf(nowMs, "Europe/Berlin");
    const today = await listBudgets(portal.context);
    expect(today).toMatchObject({
      timeZone: "Europe/Berlin",
      dayStartMs: day.startMs,
      dayEndMs: day.endMs,
    });
    expect(today.budgets).toMatchObject([
      { usedTokens: 0, marks: [{ reachedAtMs: null }, {}, {}] },
    ]);
    await portal.report(
      usageReport({ requestId: "late", promptTokens: 2_500, at: nowMs - HOUR_MS }),
    );
    await portal.settled();
    expect(portal.marks).toMatchObject([{ mark: 50 }, { mark: 80 }]);
    expect((await listBudgets(portal.context)).budgets).toMatchObject([{ usedTokens: 0 }]);
  });

  test("a raised limit forgets the marks that it is below again, and they come again", async () => {
    const portal = openPortal();
    await portal.report(usageReport({ promptTokens: 8_500, completionTokens: 0 }));
    const { budget } = await createBudget(portal.context, fields, auditOrigin);
    expect(reached(budget)).toEqual([50, 80]);
    const { budget: raised } = await updateBudget(
      portal.context,
      { id: budget.id, dailyTokens: 12_000 },
      auditOrigin,
    );
    expect(reached(raised)).toEqual([50]);
    expect(raised.marks[0]?.reachedAtMs).toBe(NOON);
    await portal.report(usageReport({ requestId: "b", promptTokens: 3_500, completionTokens: 0 }));
    await portal.settled();
    expect(portal.marks.map(({ mark }) => mark)).toEqual([50, 80, 80, 100]);
  });

  test("their history stays when a key is revoked or a budget deleted and made again", async () => {
    const portal = openPortal();
    await storeKey(KEY);
    const { budget } = await createBudget(portal.context, { ...fields, keyId: KEY }, auditOrigin);
    await portal.report(usageReport());
    await database.admin.query("UPDATE api_keys SET revoked_at = now()");
    expect((await listBudgets(portal.context)).budgets).toMatchObject([
      { usedTokens: 1_100, keyName: "summariser" },
    ]);
    expect(await deleteBudget(portal.context, { id: budget.id }, auditOrigin)).toEqual({
      deleted: true,
    });
    expect(await deleteBudget(portal.context, { id: budget.id }, auditOrigin)).toEqual({
      deleted: false,
    });
    expect(await createBudget(portal.context, fields, auditOrigin)).toMatchObject({
      budget: { usedTokens: 1_100 },
    });
  });

  test("refuse a name that is taken, and a key that sends no reports", async () => {
    const { context } = openPortal();
    await createBudget(context, fields, auditOrigin);
    const { budget } = await createBudget(context, { ...fields, name: "other" }, auditOrigin);
    await expect(createBudget(context, fields, auditOrigin)).rejects.toThrow("already");
    await expect(
      updateBudget(context, { id: budget.id, name: "all" }, auditOrigin),
    ).rejects.toThrow("already");
    await storeKey(KEY, "viewer");
    for (const keyId of [KEY, "0190f3a0-0000-7000-8000-00000000dead"])
      await expect(
        createBudget(context, { ...fields, name: "key", keyId }, auditOrigin),
      ).rejects.toThrow("ingest");
  });

  const reached = ({ marks }: { marks: { mark: number; reachedAtMs: number | null }[] }) =>
    marks.filter(({ reachedAtMs }) => reachedAtMs !== null).map(({ mark }) => mark);

  async function storeKey(id: string, kind = "ingest") {
    await database.admin.query(
      `INSERT INTO api_keys (id, name, kind, key_hash, hint, created_at, created_by)
       VALUES ($1::uuid, 'summariser', $2, 'hash', 'sl_', now(), 'test')`,
      [id, kind],
    );
  }
});

/** Runs work in so many lanes at once; answers in the order of the items. */
async function inLanes<Item, Result>(
  count: number,
  items: readonly Item[],
  work: (item: Item, lane: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = [...items.entries()];
  const lane = async (_: unknown, number: number) => {
    for (let next = queue.shift(); next; next = queue.shift())
      results[next[0]] = await work(next[1], number);
  };
  await Promise.all(Array.from({ length: count }, lane));
  return results;
}
