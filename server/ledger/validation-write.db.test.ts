import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ValidationRecord } from "@/domain/tokens/validation-record";
import { useGpuDatabase } from "@/fixtures/gpu-database";
import { seededRandom } from "@/fixtures/seeded-random";
import { plainSums, randomValidation, validationRecord } from "@/fixtures/validation-records";
import { createPrisma } from "@/server/db";
import { createLedgerStore } from "./ledger-store";
import { createUsageReadStore } from "./usage-read-store";
import { addUsage } from "./usage-write-store";
import { ValidationRecorder } from "./validation-recorder";

const database = useGpuDatabase();
const HOUR_MS = 3_600_000;
const NOON = Date.UTC(2026, 10, 24, 12);
const opened: (() => Promise<void>)[] = [];

beforeEach(async () => {
  await database.admin.query(
    "TRUNCATE token_validations, prompt_samples, token_usage, token_removals RESTART IDENTITY",
  );
});
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

/** A portal of its own: its own connections and its own line of waiting validations. */
function openRecorder({ keepsSamples = false } = {}) {
  const prisma = createPrisma(database.url);
  const problems: unknown[] = [];
  const recorder = new ValidationRecorder({
    store: createLedgerStore(prisma).writes,
    keepsSamples,
    onStateChange: (error) => problems.push(error),
    limitMs: 30_000,
  });
  opened.push(async () => {
    await recorder.stop();
    await prisma.$disconnect();
  });
  return { recorder, prisma, problems };
}

const everything = (stepSeconds: 60 | 3_600) => ({
  parts: [{ stepSeconds, fromMs: NOON - HOUR_MS, toMs: NOON + 24 * HOUR_MS }],
});

async function readSums(stepSeconds: 60 | 3_600) {
  const usage = createUsageReadStore(database.prisma);
  const { pairs } = await usage.readPairs(everything(stepSeconds), 100);
  return usage.readSums(everything(stepSeconds), { pairs, stepMs: null });
}

async function rowsOf(sql: string): Promise<unknown[]> {
  const { rows } = await database.admin.query<Record<string, unknown>>(sql);
  return rows;
}

describe("roll-ups", () => {
  test("of many at once in two portals are what a plain recount gives, by the minute and by the hour", async () => {
    const random = seededRandom();
    const { recorder: a, problems } = openRecorder();
    const { recorder: b, prisma } = openRecorder();
    const records = Array.from({ length: 3_000 }, (_, number) =>
      randomValidation(random, { fromMs: NOON, spanMs: 3 * HOUR_MS, number }),
    );
    const reports = records.slice(0, 400).map((record, i) => ({
      atMs: record.recordedAtMs,
      service: record.service,
      model: record.model,
      promptTokens: record.tokens,
      completionTokens: i,
    }));
    // Reports write the same rows from transactions of their own, in another order.
    const reporting = Array.from({ length: 8 }, (_, i) =>
      prisma.$transaction((transaction) =>
        addUsage(transaction, {
          reports: reports.slice(i * 50, i * 50 + 50).toReversed(),
          cuts: [],
        }),
      ),
    );
    const stored = await Promise.all(
      records.map((record, i) => (i % 2 === 0 ? a : b).record(record, null)),
    );
    await Promise.all(reporting);

    expect(stored.every(Boolean)).toBe(true);
    expect(problems).toEqual([]);
    expect(await rowsOf("SELECT count(*)::int AS n FROM token_validations")).toEqual([
      { n: 3_000 },
    ]);
    for (const stepSeconds of [60, 3_600] as const) {
      const sums = await readSums(stepSeconds);
      expect(sums.length).toBe(6);
      for (const sum of sums) {
        const own = (one: { service: string; model: string }) =>
          one.service === sum.service && one.model === sum.model;
        const plain = plainSums(records.filter(own));
        const { utilizationCounts, ...rest } = plain;
        expect(sum, `seed ${random.seed}`).toMatchObject(rest);
        expect(utilizationCounts.slice(0, sum.utilizationCounts.length)).toEqual(
          sum.utilizationCounts,
        );
        expect(sum.sizeCounts.reduce((all, n) => all + n, 0)).toBe(plain.prompts);
        expect(sum.reportedPromptTokens).toBe(
          reports.filter(own).reduce((all, { promptTokens }) => all + promptTokens, 0),
        );
      }
    }
    expect(await removalsByHour()).toEqual(plainRemovals(records));
  });

  test("know the newest validation of each pair, whatever order they come in", async () => {
    const { recorder } = openRecorder();
    const at = (minutes: number, contextWindow: number) =>
      recorder.record(
        validationRecord({ recordedAtMs: NOON + minutes * 60_000, contextWindow }),
        null,
      );
    await at(30, 8_192);
    await at(10, 4_096);
    await database.prisma.$transaction((transaction) =>
      addUsage(transaction, {
        reports: [
          {
            atMs: NOON + 40 * 60_000,
            service: "summaries",
            model: "nemotron",
            promptTokens: 1,
            completionTokens: 1,
          },
        ],
        cuts: [],
      }),
    );
    for (const stepSeconds of [60, 3_600] as const)
      expect((await readSums(stepSeconds))[0]?.newest).toEqual({
        contextWindow: 8_192,
        availableTokens: 2_560,
        methodKind: "encoding",
        methodName: "cl100k_base",
        methodWarning: null,
      });
  });

  test("count a cut where its prompt is, and mark the validation", async () => {
    const { recorder } = openRecorder();
    await recorder.record(validationRecord({ utilization: 1.2 }), null);
    await database.prisma.$transaction((transaction) =>
      addUsage(transaction, {
        reports: [],
        cuts: [
          {
            validationId: 1n,
            recordedAtMs: NOON,
            service: "summaries",
            model: "nemotron",
            utilization: 1.2,
            lostTokens: 77,
          },
        ],
      }),
    );
    const [sum] = await readSums(60);
    expect(sum).toMatchObject({ prompts: 1, silentCuts: 1 });
    expect(sum?.cutCounts).toEqual(sum?.utilizationCounts);
    expect(await rowsOf("SELECT lost_tokens FROM token_validations")).toEqual([
      { lost_tokens: 77 },
    ]);
  });

  async function removalsByHour() {
    return rowsOf(
      `SELECT service, model, section, sum(prompts)::int AS prompts, sum(saved_tokens)::int AS saved
       FROM token_removals WHERE step_seconds = 3600 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    );
  }

  function plainRemovals(records: readonly ValidationRecord[]) {
    const rows = new Map<string, { prompts: Set<string>; saved: number }>();
    for (const { service, model, requestId, removed } of records)
      for (const { name, savedTokens } of removed) {
        const key = JSON.stringify([service, model, name]);
        const row = rows.get(key) ?? { prompts: new Set(), saved: 0 };
        rows.set(key, row);
        row.prompts.add(requestId);
        row.saved += savedTokens;
      }
    return [...rows.keys()].sort().map((key) => {
      const [service, model, section] = JSON.parse(key) as string[];
      const row = rows.get(key);
      return { service, model, section, prompts: row?.prompts.size, saved: row?.saved };
    });
  }
});

describe("texts", () => {
  const samples = () =>
    rowsOf(`SELECT v.request_id, s.text, s.is_shortened FROM prompt_samples s
      JOIN token_validations v ON v.id = s.validation_id ORDER BY v.request_id`);

  test("are not kept while PROMPT_SAMPLES is off", async () => {
    const { recorder } = openRecorder();
    expect(await recorder.record(validationRecord(), "a secret text")).toBe(true);
    expect(await samples()).toEqual([]);
    const { rows } = await database.admin.query<{ row: string }>(
      "SELECT to_jsonb(v)::text AS row FROM token_validations v",
    );
    expect(rows[0]?.row).not.toContain("secret");
  });

  test("are kept with the validation that they belong to, as PostgreSQL can hold them, and 64 KiB at most", async () => {
    const { recorder } = openRecorder({ keepsSamples: true });
    const long = "ä".repeat(40_000);
    const cutPair = `${"a".repeat(65_535)}😀`;
    const texts = ["", 'quotes " and \\ and {NULL}', "a\u0000b\ud800c", long, cutPair, null];
    const stored = await Promise.all(
      texts.map((text, i) => recorder.record(validationRecord({ requestId: `r${i}` }), text)),
    );
    expect(stored).toEqual(texts.map(() => true));
    expect(await samples()).toEqual([
      { request_id: "r0", text: "", is_shortened: false },
      { request_id: "r1", text: texts[1], is_shortened: false },
      { request_id: "r2", text: "a\uFFFDb\uFFFDc", is_shortened: false },
      { request_id: "r3", text: "ä".repeat(32_768), is_shortened: true },
      { request_id: "r4", text: "a".repeat(65_535), is_shortened: true },
    ]);
  });

  test("and names that are hostile are stored as they are", async () => {
    const { recorder } = openRecorder();
    const name = `'; DROP TABLE token_usage; -- "\\{},NULL \u2028 ${"😀".repeat(40)}`;
    const broken = "zero \u0000 and half \ud83d";
    const record = validationRecord({
      service: name,
      model: broken,
      removed: [{ name: broken, savedTokens: 3 }],
      sections: [{ name, tokens: 3, priority: 0, required: false }],
      tokens: 2 ** 40,
      method: { ...validationRecord().method, warning: broken },
    });
    expect(await recorder.record(record, null)).toBe(true);
    expect(await rowsOf("SELECT service, model, tokens, sections FROM token_validations")).toEqual([
      {
        service: name,
        model: "zero \uFFFD and half \uFFFD",
        tokens: 2_147_483_647,
        sections: record.sections,
      },
    ]);
    expect(await rowsOf("SELECT DISTINCT section FROM token_removals")).toEqual([
      { section: "zero \uFFFD and half \uFFFD" },
    ]);
  });
});

describe("a batch", () => {
  test("loses only the validation that the database refuses", async () => {
    const { recorder, problems } = openRecorder();
    const records = Array.from({ length: 9 }, (_, i) =>
      validationRecord({ requestId: `r${i}`, ...(i === 4 && { profileId: "no uuid" }) }),
    );
    expect(await Promise.all(records.map((record) => recorder.record(record, null)))).toEqual(
      records.map((_, i) => i !== 4),
    );
    expect(recorder.lost).toBe(1);
    expect(problems.length).toBeGreaterThan(0);
    expect((await readSums(3_600))[0]?.prompts).toBe(8);
  });
});
