import { beforeAll, describe, expect, test } from "vitest";
import { AuditExportRequest, AuditPage, AuditQuery } from "@/domain/audit/audit-entry";
import { auditOrigin, writeAuditRows } from "@/fixtures/audit-rows";
import { useGpuDatabase } from "@/fixtures/gpu-database";
import { routeRequest } from "@/fixtures/route-request";
import { createAuditFeature } from "./audit-feature";
import { createAuditReadStore } from "./audit-read-store";
import { exportAudit } from "./export-audit";
import { listAudit } from "./list-audit";

const database = useGpuDatabase();
const ROWS = 30;
const atOf = (n: number) => auditOrigin.atMs + n * 1_000;

beforeAll(async () => {
  await writeAuditRows(
    database.prisma,
    Array.from({ length: ROWS }, (_, n) => ({
      origin: { atMs: atOf(n + 1), actorName: n % 3 === 0 ? '=cmd|"x"' : "admin@example.org" },
      draft: {
        action: ["user.create", "user.update", "key.create", "user-group.create"][n % 4] ?? "",
        target: n === 4 ? "+two,lines" : `target-${n + 1}`,
        after: { name: "a" },
      },
    })),
  );
});

const context = () =>
  createAuditFeature({ store: createAuditReadStore(database.prisma), nowMs: () => atOf(0) })
    .context;
const list = (query: object) => listAudit(context(), AuditQuery.parse(query));
const sequencesOf = ({ entries }: AuditPage) => entries.map(({ sequence }) => sequence);

describe("listAudit", () => {
  test("gives the newest first, and the next page by the last sequence", async () => {
    const seen: number[] = [];
    let beforeSequence: number | undefined;
    do {
      const page = await list({ limit: 7, beforeSequence });
      expect(AuditPage.parse(page).total).toBe(ROWS);
      seen.push(...sequencesOf(page));
      beforeSequence = page.nextBeforeSequence ?? undefined;
    } while (beforeSequence !== undefined);
    expect(seen).toEqual(Array.from({ length: ROWS }, (_, n) => ROWS - n));
  });

  test("filters by who, what and when, and counts what matches", async () => {
    expect((await list({ actorName: '=cmd|"x"' })).total).toBe(10);
    const users = await list({ action: "user" });
    expect(users.total).toBe(16); // not user-group.create
    expect(new Set(users.entries.map(({ action }) => action))).toEqual(
      new Set(["user.create", "user.update"]),
    );
    expect((await list({ action: "key.create" })).total).toBe(7);
    const span = await list({ fromMs: atOf(10), toMs: atOf(13) });
    expect(sequencesOf(span)).toEqual([12, 11, 10]);
    expect(await list({ actorName: "nobody" })).toMatchObject({ total: 0, entries: [] });
  });

  test("names what there is to filter by", async () => {
    expect(await list({ actorName: "nobody" })).toMatchObject({
      actorNames: ['=cmd|"x"', "admin@example.org"],
      actions: ["key.create", "user-group.create", "user.create", "user.update"],
    });
  });

  test.each([
    { limit: 501 },
    { limit: 0 },
    { beforeSequence: 0 },
    { actorName: "a\u0000b" },
    { actorName: "a".repeat(255) },
    { fromMs: 8.64e15 },
    { toMs: -1 },
  ])("refuses %o", (query) => {
    expect(AuditQuery.safeParse(query).success).toBe(false);
  });
});

describe("GET /api/audit/export", () => {
  const get = async (query: string) => {
    const { routes } = createAuditFeature({
      store: createAuditReadStore(database.prisma),
      nowMs: () => atOf(0),
    });
    const [route] = routes;
    expect(route).toMatchObject({ method: "GET", path: "/api/audit/export", policy: "admin" });
    const answer = await route?.handle(routeRequest({ query: new URLSearchParams(query) }));
    if (!answer || typeof answer.body === "string" || Buffer.isBuffer(answer.body))
      throw new Error("no parts");
    let text = "";
    for await (const part of answer.body) text += part.toString();
    return { ...answer, text };
  };

  test("streams every row as CSV, oldest first, and no cell that a spreadsheet would run", async () => {
    const { text, contentType, headers } = await get("format=csv");
    expect(contentType).toBe("text/csv; charset=utf-8");
    expect(headers).toEqual({
      "Content-Disposition": 'attachment; filename="audit-2026-11-24.csv"',
      "X-Total-Rows": "30",
    });
    const lines = text.trimEnd().split("\r\n");
    expect(lines).toHaveLength(ROWS + 1);
    expect(lines[0]).toBe(
      "sequence,at,actor_kind,actor_id,actor_name,action,target,before,after,address,request_id,previous_hash,hash",
    );
    expect(lines[1]).toMatch(
      /^1,2026-11-24T12:00:01\.000Z,session,[-0-9a-f]+,"'=cmd\|""x""",user\.create,target-1,,"\{""name"":""a""\}",192\.0\.2\.7,request-1,0{64},[0-9a-f]{64}$/,
    );
    expect(lines[5]).toContain(`,"'+two,lines",`);
  });

  test("as NDJSON with the filters of the list, so that a copy can be checked by itself", async () => {
    const { text } = await get(`format=ndjson&action=user&fromMs=${atOf(1)}&toMs=${atOf(7)}`);
    const rows = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { sequence: number; previous_hash: string; hash: string });
    expect(rows.map(({ sequence }) => sequence)).toEqual([1, 2, 5, 6]);
    expect(rows[1]?.previous_hash).toBe(rows[0]?.hash);
  });

  test("reads page by page, and no further when the client has left", async () => {
    const store = createAuditReadStore(database.prisma);
    const [row] = await store.readRows({}, { limit: 1, order: "asc" });
    if (!row) throw new Error("no row");
    let pages = 0;
    const endless = {
      ...store,
      readRows: () => {
        pages += 1;
        return Promise.resolve(Array.from({ length: 500 }, () => row));
      },
    };
    const leaving = new AbortController();
    const request = AuditExportRequest.parse({ format: "ndjson" });
    const { parts } = await exportAudit({ store: endless }, request, leaving.signal);
    let taken = 0;
    for await (const part of parts) {
      taken += part === "" ? 0 : 1;
      if (taken === 3) leaving.abort();
    }
    expect([taken, pages]).toEqual([3, 3]);
  });

  test.each([
    "",
    "format=xml",
    "format=csv&fromMs=1e3",
    "format=csv&toMs=-1",
    "format=csv&action=%00",
  ])("refuses ?%s", async (query) => {
    await expect(get(query)).rejects.toMatchObject({ name: "ZodError" });
  });
});
