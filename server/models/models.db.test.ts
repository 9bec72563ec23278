import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import type { UserRole } from "@/domain/identity/user-role";
import { ProfileFields } from "@/domain/tokens/model-profile";
import type { ModelProfiles } from "@/domain/tokens/model-profiles";
import { userActor } from "@/fixtures/actors";
import { auditOrigin } from "@/fixtures/audit-rows";
import { profileFields } from "@/fixtures/model-profile";
import { routeRequest } from "@/fixtures/route-request";
import { type TestDatabase, withTestDatabase } from "@/fixtures/test-database";
import { testFeatures } from "@/fixtures/test-features";
import type { PrismaClient } from "@/prisma/generated/client";
import { createPrisma } from "@/server/db";
import { parseSettings } from "@/server/env";
import { appRouter } from "@/server/trpc/root";
import { createCallerFactory } from "@/server/trpc/trpc";
import { createModelsFeature, createProfileStore, type ModelsFeature, type ProfileStore } from "./";

const UNKNOWN = "00000000-0000-4000-8000-00000000dead";

let database: TestDatabase;
let prisma: PrismaClient;
let store: ProfileStore;
let feature: ModelsFeature;
let parts: ReturnType<typeof testFeatures>;
const logged: unknown[] = [];
const logger = {
  info: (...line: unknown[]) => void logged.push(line),
  warn: (...line: unknown[]) => void logged.push(line),
} as never;

/** A portal that starts on this database. */
function start(environment: Record<string, string> = {}): Promise<ModelsFeature> {
  const parsed = parseSettings(environment);
  if (!parsed.ok) throw new Error("These settings are right.");
  const { settings } = parsed;
  return createModelsFeature({ store, settings, environment, logger, nowMs: Date.now });
}

function as(role: UserRole, requestId: string = randomUUID()) {
  return createCallerFactory(appRouter)({
    ...parts.features,
    requestId,
    actor: userActor(role),
    client: routeRequest().client,
    setCookie: () => undefined,
    signal: new AbortController().signal,
    nowMs: Date.now,
  }).models;
}

const named = ({ profiles }: ModelProfiles, name: string) => {
  const found = profiles.find((one) => one.name === name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
};
const firstName = "nemotron-3-nano-30b";
const secondName = "nemotron-mini-4b-instruct";
const rowsOf = (requestId: string) => prisma.auditEntry.findMany({ where: { requestId } });

beforeAll(async () => {
  database = await withTestDatabase();
  prisma = createPrisma(database.url);
  store = createProfileStore(prisma);
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.drop();
});
beforeEach(async () => {
  await prisma.modelProfile.deleteMany();
  await prisma.modelServer.deleteMany();
  await prisma.tokenizerFile.deleteMany();
  logged.length = 0;
  feature = await start();
  parts = testFeatures({ features: { models: feature.context } });
  return () => parts.stop();
});

describe("the first start", () => {
  test("makes the two profiles of the settings, and a later one with other settings changes nothing but says so", async () => {
    await prisma.modelProfile.deleteMany();
    await start({ NEMOTRON_CONTEXT_WINDOW: "32768" });
    const before = await store.list();
    expect(before).toMatchObject([
      { name: firstName, isDefault: true, contextWindow: 32_768, version: 1 },
      { name: secondName, isDefault: false, contextWindow: 4_096 },
    ]);
    const later = await start({ NEMOTRON_CONTEXT_WINDOW: "65536" });
    expect(await store.list()).toEqual(before);
    parts.features.models = later.context;
    const [first, second] = (await as("viewer").list()).profiles;
    expect(first?.remarks).toEqual([
      { kind: "setting_differs", message: expect.stringContaining("65,536") as string },
    ]);
    expect(second?.remarks).toEqual([]);
  });

  test("of several portals at once makes them once", async () => {
    await prisma.modelProfile.deleteMany();
    await Promise.all(Array.from({ length: 8 }, () => start()));
    expect((await store.list()).map(({ name }) => name)).toEqual([firstName, secondName]);
    expect(logged.filter((line) => String(line).includes("are made"))).toHaveLength(1 + 1);
  });

  test("with an unknown encoding counts with cl100k_base, and warns", async () => {
    await prisma.modelProfile.deleteMany();
    await start({ LLM_TOKENIZER_ENCODING: "gpt9" });
    expect((await store.list())[0]?.counting).toEqual({
      kind: "encoding",
      encoding: "cl100k_base",
    });
    expect(logged.join()).toContain("LLM_TOKENIZER_ENCODING names an encoding that is not known");
  });

  test("while the database is away is no failure: they are made when it is back", async () => {
    await prisma.modelProfile.deleteMany();
    let isAway = true;
    const away: ProfileStore = {
      ...store,
      seed: (...given) => (isAway ? Promise.reject(new Error("away")) : store.seed(...given)),
    };
    const parsed = parseSettings({});
    if (!parsed.ok) throw new Error("These settings are right.");
    const { settings } = parsed;
    const own = await createModelsFeature({
      store: away,
      settings,
      environment: {},
      logger,
      nowMs: Date.now,
    });
    isAway = false;
    expect((await own.book.effective({})).profile.name).toBe(firstName);
    expect(await store.list()).toHaveLength(2);
  });
});

describe("changes", () => {
  test("a profile is made, changed, made the default, replaced and deleted; each leaves one row", async () => {
    const requests = Array.from({ length: 5 }, () => randomUUID());
    const call = (place: number) => as("admin", requests[place]);
    const { profile: made } = await call(0).create(
      profileFields({ modelNames: ["Llama", "llama"] }),
    );
    expect(made).toMatchObject({
      version: 1,
      isDefault: false,
      modelNames: ["Llama"],
      remarks: [],
    });
    const { profile: changed } = await call(1).update({
      ...profileFields({ contextWindow: 16_384 }),
      id: made.id,
      version: 1,
    });
    expect(changed).toMatchObject({ id: made.id, version: 2, contextWindow: 16_384 });
    expect((await feature.book.effective({ model: "LLAMA-3-8B" })).profile.contextWindow).toBe(
      16_384,
    );
    await call(2).makeDefault({ id: made.id });
    expect((await feature.book.effective({})).profile.name).toBe("llama-3-8b");
    expect((await store.list()).filter(({ isDefault }) => isDefault)).toHaveLength(1);
    const second = named(await as("viewer").list(), secondName);
    expect(await call(3).delete({ id: second.id })).toEqual({ deleted: true });
    expect(await call(4).delete({ id: second.id })).toEqual({ deleted: false });
    const rows = await Promise.all(requests.map(rowsOf));
    expect(rows.map((one) => one.map(({ action, target }) => `${action} ${target}`))).toEqual([
      ["profile.create llama-3-8b"],
      ["profile.update llama-3-8b"],
      ["profile.update llama-3-8b"],
      [`profile.delete ${secondName}`],
      [],
    ]);
    expect(rows[1]?.[0]?.before).toContain('"contextWindow":8192');
    expect(rows[1]?.[0]?.after).toContain('"contextWindow":16384');
    expect(rows[2]?.[0]?.before).toContain(`"defaultProfile":"${firstName}"`);
    expect(
      rows
        .flat()
        .map(({ before, after }) => `${before} ${after}`)
        .join(),
    ).not.toContain("(not recorded)");
  });

  test("a save over another one is refused, and names who changed it", async () => {
    const listed = named(await as("viewer").list(), secondName);
    const { id, version } = listed;
    const fields = z.object(ProfileFields.shape).parse(listed);
    await as("admin").update({ ...fields, id, version, contextWindow: 8_192 });
    const stale = as("admin").update({ ...fields, id, version, contextWindow: 9_000 });
    await expect(stale).rejects.toThrow(
      /^admin@example\.org changed nemotron-mini-4b-instruct at \d{4}-.* UTC, after you opened it/,
    );
    expect(named(await as("viewer").list(), secondName)).toMatchObject({
      contextWindow: 8_192,
      version: 2,
    });
  });

  test("of ten who save the same version at once, one does", async () => {
    const { profile } = await as("admin").create(profileFields());
    const saves = await Promise.allSettled(
      Array.from({ length: 10 }, (_, place) =>
        store.update(
          { id: profile.id, version: 1, fields: profileFields({ contextWindow: 9_000 + place }) },
          auditOrigin,
        ),
      ),
    );
    expect(saves.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("two that become the default at once leave one", async () => {
    const ids = await Promise.all(
      ["a", "b", "c"].map(
        async (name) =>
          (await as("admin").create(profileFields({ name, modelNames: [] }))).profile.id,
      ),
    );
    await Promise.all(ids.map((id) => as("admin").makeDefault({ id })));
    expect((await store.list()).filter(({ isDefault }) => isDefault)).toHaveLength(1);
  });

  test("the default cannot be deleted, and one that is it already changes nothing", async () => {
    const first = named(await as("viewer").list(), firstName);
    await expect(as("admin").delete({ id: first.id })).rejects.toThrow(/Make another profile/);
    const requestId = randomUUID();
    await as("admin", requestId).makeDefault({ id: first.id });
    expect(await rowsOf(requestId)).toEqual([]);
  });

  test.each([
    ["the name of another, in other case", { name: "NEMOTRON-3-nano-30B" }],
    ["a model of another", { modelNames: ["NEMOTRON-MINI"] }],
    ["a window without room", { maxOutputTokens: 8_192 }],
    [
      "a tokenizer that is gone",
      { counting: { kind: "tokenizer" as const, tokenizerId: UNKNOWN } },
    ],
    [
      "a server that is gone",
      { counting: { kind: "server" as const, serverId: UNKNOWN, fallback: "r50k_base" as const } },
    ],
  ])("%s is refused, and nothing is stored", async (_, given) => {
    const requestId = randomUUID();
    await expect(as("admin", requestId).create(profileFields(given))).rejects.toMatchObject({
      code: "BAD_REQUEST",
    });
    expect(await store.list()).toHaveLength(2);
    expect(await rowsOf(requestId)).toEqual([]);
  });

  test("what is not there is not found", async () => {
    await expect(
      as("admin").update({ ...profileFields(), id: UNKNOWN, version: 1 }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(as("admin").makeDefault({ id: UNKNOWN })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  test("a viewer reads, and changes nothing", async () => {
    expect((await as("viewer").list()).profiles).toHaveLength(2);
    for (const role of ["viewer", "operator"] as const)
      await expect(as(role).create(profileFields())).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});

test("a window that its server does not have is told on the list", async () => {
  const serverId = randomUUID();
  const at = new Date();
  await prisma.modelServer.create({
    data: {
      id: serverId,
      name: "llama-1",
      kind: "llama.cpp",
      url: "http://10.0.0.1:8080",
      createdAt: at,
      observedAt: at,
      observedSlotWindow: 2_048,
      observedSlots: 2,
    },
  });
  const { profile } = await as("admin").create(
    profileFields({ counting: { kind: "server", serverId, fallback: "cl100k_base" } }),
  );
  expect(profile.remarks.map(({ kind }) => kind)).toEqual(["window_differs", "slots_differ"]);
  await expect(prisma.modelServer.delete({ where: { id: serverId } })).rejects.toThrow();
});
