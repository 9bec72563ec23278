import { describe, expect, test } from "vitest";
import { auditOrigin, writeAuditRows } from "@/fixtures/audit-rows";
import { useGpuDatabase } from "@/fixtures/gpu-database";
import { createPrisma } from "@/server/db";
import { appendAudit } from "./audit-write-store";
import { createAuditReadStore } from "./audit-read-store";
import { checkChain } from "./check-chain";

const database = useGpuDatabase();

const last = async () => {
  const [row] = await createAuditReadStore(database.prisma).readRows(
    {},
    { limit: 1, order: "desc" },
  );
  if (!row) throw new Error("no row");
  return row;
};
const intact = async () => {
  const { firstProblem } = await checkChain(createAuditReadStore(database.prisma));
  return firstProblem === null;
};

describe("a row", () => {
  test("holds known keys only, without secrets, on one line, and is bounded", async () => {
    const password = "correct horse battery";
    await writeAuditRows(database.prisma, [
      {
        origin: {
          actorName: "n".repeat(300),
          address: `192.0.2.1\r\nfake: ${"a".repeat(100)}`,
          requestId: "r".repeat(500),
          atMs: 1_800_000_000_000.75,
        },
        draft: {
          action: "webhook.update",
          target: "Slack\u0000 \u001b[2Kpage \u202Ereversed",
          before: {
            name: "half a pair \uD83D",
            url: "https://kim:pass@example.org/hook?token=abc#d",
          },
          after: {
            name: "Bearer abcdefghijklmnop and sl_adm_0123456789abcdefghij and whsec_abc/d+e=",
            hint: "sl_ing_3fGh…",
            password,
            passwordHash: password,
            secret: password,
            token: password,
            apiKey: password,
            authorization: password,
            cookie: password,
            headers: { cookie: password },
            tables: [{ table: "a", secret: password }],
            __proto__: { polluted: true },
          },
        },
      },
    ]);
    const row = await last();
    expect(row).toMatchObject({
      atMs: 1_800_000_000_000,
      action: "webhook.update",
      target: "Slack   [2Kpage  reversed",
    });
    expect(JSON.parse(row.before ?? "")).toEqual({
      name: "half a pair \uFFFD",
      url: "https://example.org/hook",
    });
    expect(JSON.parse(row.after ?? "")).toMatchObject({
      name: "(not recorded) and (not recorded) and (not recorded)",
      hint: "sl_ing_3fGh…",
      password: "(not recorded)",
      headers: "(not recorded)",
      tables: [{ table: "a", secret: "(not recorded)" }],
    });
    expect(JSON.stringify(row.after)).not.toContain("correct horse");
    expect(row.actorName).toHaveLength(254);
    expect(row.address).toHaveLength(64);
    expect(row.address).not.toMatch(/[\r\n]/);
    expect(row.requestId).toHaveLength(128);
    expect(await intact()).toBe(true);
  });

  test("of a thing that is too large says how large it is", async () => {
    const tables = Array.from({ length: 40 }, (_, n) => ({ table: `${n}${"ü".repeat(900)}` }));
    await writeAuditRows(database.prisma, [{ draft: { after: { tables, rows: 2n ** 70n } } }]);
    const { after } = await last();
    expect(JSON.parse(after ?? "")).toEqual({
      leftOut: expect.stringMatching(/^\d{5} bytes are too many$/) as string,
    });
    const many = { rows: Number.NaN, providers: Array.from({ length: 60 }, () => "a") };
    await writeAuditRows(database.prisma, [{ draft: { after: many } }]);
    expect(JSON.parse((await last()).after ?? "")).toMatchObject({
      rows: null,
      providers: expect.arrayContaining(["… and 10 more"]) as string[],
    });
    expect(await intact()).toBe(true);
  });

  test("has an action of our form, or its change is refused", async () => {
    for (const action of ["User.Create", "user", "user.create; drop", ""])
      await expect(writeAuditRows(database.prisma, [{ draft: { action } }])).rejects.toThrow(
        "knows no action",
      );
  });

  test("is not there when its change was rolled back", async () => {
    const { sequence } = await last();
    const change = database.prisma.$transaction(async (transaction) => {
      await appendAudit(transaction, auditOrigin, {
        action: "user.delete",
        target: "kim@example.org",
        before: null,
        after: null,
      });
      throw new Error("the change fails");
    });
    await expect(change).rejects.toThrow("the change fails");
    expect((await last()).sequence).toBe(sequence);
    expect(await intact()).toBe(true);
  });
});

test("rows of two portals that write at once come one after the other, without a gap", async () => {
  const other = createPrisma(database.url);
  const { sequence } = await last();
  const rows = Array.from({ length: 20 }, () => ({}));
  await Promise.all([
    ...rows.map((row) => writeAuditRows(database.prisma, [row])),
    ...rows.map((row) => writeAuditRows(other, [row])),
  ]);
  await other.$disconnect();
  expect((await last()).sequence).toBe(sequence + 40n);
  expect(await intact()).toBe(true);
});

test("the database itself refuses to change, remove or empty what was written", async () => {
  await writeAuditRows(database.prisma, [{}]);
  const refused = [
    "UPDATE audit_entries SET target = 'x' WHERE sequence = 1",
    "DELETE FROM audit_entries WHERE sequence = 1",
    "TRUNCATE audit_entries",
    "TRUNCATE audit_entries, audit_head CASCADE",
    "UPDATE audit_head SET sequence = 0",
    "UPDATE audit_head SET hash = ''",
    "UPDATE audit_head SET sequence = sequence + 2",
    "DELETE FROM audit_head",
    "TRUNCATE audit_head",
  ];
  for (const statement of refused)
    await expect(database.admin.query(statement), statement).rejects.toThrow(/is refused/);
  const added = database.admin.query("INSERT INTO audit_head VALUES (2, 0, '')");
  await expect(added).rejects.toThrow("audit_head_single");
  expect(await intact()).toBe(true);
});
