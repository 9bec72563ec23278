import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeAuditRows } from "@/fixtures/audit-rows";
import { useGpuDatabase } from "@/fixtures/gpu-database";
import { hashEntry } from "./audit-hash";
import { type ChainRow, createAuditReadStore } from "./audit-read-store";
import { checkAudit } from "./check-audit";
import { createAuditFeature } from "./audit-feature";
import { checkChain } from "./check-chain";

const ROWS = 12;
const database = useGpuDatabase();

/** As somebody who may do anything in the database, and makes the triggers silent first. */
async function tamper(...statements: string[]): Promise<void> {
  await database.admin.query(
    [
      "SET session_replication_role = replica",
      ...statements,
      "RESET session_replication_role",
    ].join("; "),
  );
}
const check = () => checkChain(createAuditReadStore(database.prisma));
const problemNow = async () => (await check()).firstProblem;
/** Each pair of two sequences; 10_000 is a place where nothing is. */
const swap = (a: number, b: number) => [
  `UPDATE audit_entries SET sequence = 10000 WHERE sequence = ${a}`,
  `UPDATE audit_entries SET sequence = ${a} WHERE sequence = ${b}`,
  `UPDATE audit_entries SET sequence = ${b} WHERE sequence = 10000`,
];

beforeEach(async () => {
  await tamper(
    "TRUNCATE audit_entries",
    `UPDATE audit_head SET sequence = 0, hash = '\\x${"00".repeat(32)}'`,
  );
  await writeAuditRows(
    database.prisma,
    Array.from({ length: ROWS }, (_, n) => ({ draft: { target: `user-${n + 1}` } })),
  );
});
afterEach(() => database.admin.query("RESET session_replication_role"));

test("a chain that nobody touched is intact, over many pages and while it grows; an empty one too", async () => {
  expect(await check()).toMatchObject({ rows: ROWS, firstProblem: null });
  await writeMany(2_600);
  const growing = writeAuditRows(
    database.prisma,
    Array.from({ length: 10 }, () => ({})),
  );
  expect(await problemNow()).toBeNull();
  await growing;
  expect(await check()).toMatchObject({ rows: ROWS + 2_610, firstProblem: null });
  await tamper("UPDATE audit_entries SET target = 'x' WHERE sequence = 2001");
  expect(await check()).toMatchObject({
    rows: 2_000,
    firstProblem: { sequence: 2_001, problem: "edited" },
  });
  await tamper(
    "TRUNCATE audit_entries",
    `UPDATE audit_head SET sequence = 0, hash = '\\x${"00".repeat(32)}'`,
  );
  expect(await check()).toMatchObject({ rows: 0, firstProblem: null });
});

describe("is named", () => {
  const columns = [
    "at = at + interval '1 millisecond'",
    "actor_kind = 'key'",
    "actor_id = NULL",
    "actor_name = 'eve@example.org'",
    "action = 'user.delete'",
    "target = 'user-50'",
    "before = '{}'",
    "after = NULL",
    "address = '192.0.2.8'",
    "request_id = 'request-2'",
    "previous_hash = hash",
    "hash = previous_hash",
    // Text that moves from one column to the next.
    "target = '', address = target || address",
  ];
  test.each(columns)("an edited row: %s", async (change) => {
    await tamper(`UPDATE audit_entries SET ${change} WHERE sequence = 5`);
    expect(await check()).toMatchObject({
      rows: 4,
      firstProblem: {
        sequence: 5,
        problem: "edited",
        sentence: "Row 5 was edited: what it says is not what was written.",
      },
    });
  });

  test("an edited row whose hash was made anew", async () => {
    await rehash(5, { target: "user-50" });
    // The row is whole in itself; the next one follows another.
    expect(await problemNow()).toMatchObject({ sequence: 6, problem: "edited" });
  });

  test.each([1, 6, ROWS])(
    "an edited row %i, the first, one between and the last",
    async (sequence) => {
      await tamper(`UPDATE audit_entries SET target = 'x' WHERE sequence = ${sequence}`);
      expect(await problemNow()).toMatchObject({ sequence, problem: "edited" });
    },
  );

  test.each([1, 6, ROWS])("a removed row %i", async (sequence) => {
    await tamper(`DELETE FROM audit_entries WHERE sequence = ${sequence}`);
    expect(await problemNow()).toEqual({
      sequence,
      problem: "removed",
      sentence: `Row ${sequence} was removed: it is gone.`,
    });
  });

  test("removed rows", async () => {
    await tamper("DELETE FROM audit_entries WHERE sequence BETWEEN 4 AND 6");
    expect((await problemNow())?.sentence).toBe(
      "Row 4 was removed: it is gone, and so are all up to number 6.",
    );
  });

  test("a cut tail, also when the head was set back by the same hand to another hash", async () => {
    await tamper("DELETE FROM audit_entries WHERE sequence > 9");
    expect(await problemNow()).toMatchObject({ sequence: 10, problem: "removed" });
    await tamper("UPDATE audit_head SET sequence = 9");
    expect(await problemNow()).toMatchObject({ sequence: 9, problem: "edited" });
  });

  test("removed rows whose followers were numbered anew", async () => {
    await tamper(
      "DELETE FROM audit_entries WHERE sequence IN (4, 5)",
      "UPDATE audit_entries SET sequence = -sequence + 100 WHERE sequence > 5",
      "UPDATE audit_entries SET sequence = 98 - sequence WHERE sequence > 80",
      `UPDATE audit_head SET sequence = ${ROWS - 2}`,
    );
    expect(await problemNow()).toEqual({
      sequence: 4,
      problem: "removed",
      sentence: "Row 4 was removed: it is gone, and so are all up to number 5.",
    });
  });

  test("two rows that changed places", async () => {
    await tamper(...swap(4, 9));
    expect(await problemNow()).toEqual({
      sequence: 4,
      problem: "reordered",
      sentence: "Row 4 was reordered: it stands as number 9 now.",
    });
  });

  test("neighbours that changed places", async () => {
    await tamper(...swap(7, 8));
    expect(await problemNow()).toMatchObject({ sequence: 7, problem: "reordered" });
  });

  test("what two rows say changed places, and their hashes stayed", async () => {
    await tamper(
      `UPDATE audit_entries a SET target = b.target FROM audit_entries b
       WHERE (a.sequence, b.sequence) IN ((3, 8), (8, 3))`,
    );
    expect(await problemNow()).toEqual({
      sequence: 3,
      problem: "reordered",
      sentence: "Row 3 was reordered: it holds what was written as number 8.",
    });
  });

  test("a row that was moved to the end", async () => {
    await tamper(`UPDATE audit_entries SET sequence = ${ROWS + 1} WHERE sequence = 2`);
    expect(await problemNow()).toMatchObject({ sequence: 2, problem: "reordered" });
  });

  test("a row that was added by hand behind the head", async () => {
    await tamper(
      `INSERT INTO audit_entries SELECT sequence + 1, at, actor_kind, actor_id, actor_name, action, target, before, after,
       address, request_id, hash, hash FROM audit_entries WHERE sequence = ${ROWS}`,
    );
    expect(await problemNow()).toMatchObject({ sequence: ROWS + 1, problem: "edited" });
    expect((await problemNow())?.sentence).toContain("the head was set back, or the row was added");
  });

  test.each([
    ["set back", "sequence = sequence - 1", { sequence: ROWS, problem: "edited" }],
    ["set forward", "sequence = sequence + 1", { sequence: ROWS + 1, problem: "removed" }],
    ["with another hash", "hash = '\\x00'", { sequence: ROWS, problem: "edited" }],
  ] as const)("a head that was %s", async (_what, change, problem) => {
    await tamper(`UPDATE audit_head SET ${change}`);
    expect(await problemNow()).toMatchObject(problem);
  });

  test("a head that is gone, and then nothing can be changed any more", async () => {
    await tamper("DELETE FROM audit_head");
    expect(await problemNow()).toMatchObject({ problem: "removed" });
    await expect(writeAuditRows(database.prisma, [{}])).rejects.toThrow("lost its head");
    await tamper("INSERT INTO audit_head VALUES (1, 0, '\\x00')");
  });
});

test("a tail cut together with its head shows only beside a hash that was written down elsewhere", async () => {
  const store = createAuditReadStore(database.prisma);
  const { headHash } = await check();
  await writeAuditRows(database.prisma, [{}]);
  expect(await checkChain(store, { expectedHash: headHash })).toMatchObject({
    firstProblem: null,
    expectedSequence: ROWS,
  });
  await tamper(
    "DELETE FROM audit_entries WHERE sequence > 9",
    "UPDATE audit_head h SET sequence = 9, hash = e.hash FROM audit_entries e WHERE e.sequence = 9",
  );
  expect(await problemNow()).toBeNull();
  expect(await checkChain(store, { expectedHash: headHash })).toMatchObject({
    expectedSequence: null,
  });
});

test("who asks while it is checked gets the same answer, and the next a new one", async () => {
  const { context } = createAuditFeature({
    store: createAuditReadStore(database.prisma),
    nowMs: () => 7,
  });
  expect(context.checkChain()).toBe(context.checkChain());
  expect(await checkAudit(context)).toMatchObject({ rows: ROWS, checkedAtMs: 7 });
  await tamper("UPDATE audit_entries SET target = 'x' WHERE sequence = 2");
  expect(await checkAudit(context)).toMatchObject({ rows: 1 });
});

/** Writes as many rows at once as the portal would one by one. */
async function writeMany(count: number): Promise<void> {
  const [last] = await createAuditReadStore(database.prisma).readRows(
    {},
    { limit: 1, order: "desc" },
  );
  if (!last) throw new Error("no row");
  let previousHash = last.hash;
  const rows = Array.from({ length: count }, (_, n) => {
    const row = { ...last, sequence: BigInt(ROWS + n + 1), target: `many-${n}` };
    const hash = hashEntry(previousHash, row);
    const { atMs, ...columns } = { ...row, previousHash: Buffer.from(previousHash), hash };
    previousHash = hash;
    return { ...columns, at: new Date(atMs) };
  });
  await database.prisma.auditEntry.createMany({ data: rows });
  await tamper(
    `UPDATE audit_head h SET sequence = e.sequence, hash = e.hash FROM audit_entries e WHERE e.sequence = ${ROWS + count}`,
  );
}

/** Changes a row and gives it the hash that it would have had. */
async function rehash(sequence: number, change: Partial<ChainRow>): Promise<void> {
  const [row] = await createAuditReadStore(database.prisma).readRows(
    {},
    { above: BigInt(sequence - 1), limit: 1, order: "asc" },
  );
  if (!row) throw new Error("no row");
  const changed = { ...row, ...change };
  const hash = hashEntry(row.previousHash, changed).toString("hex");
  await tamper(
    `UPDATE audit_entries SET target = '${changed.target}', hash = '\\x${hash}' WHERE sequence = ${sequence}`,
  );
}
