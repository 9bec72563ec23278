import { randomBytes, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { useAccountDatabase } from "@/fixtures/account-database";
import { anonymousActor, keyActor, userActor } from "@/fixtures/actors";
import { auditOrigin } from "@/fixtures/audit-rows";
import { gpuSampleSeries } from "@/fixtures/gpu-samples";
import { profileFields } from "@/fixtures/model-profile";
import { routeRequest } from "@/fixtures/route-request";
import { storedModels, storeProfiles } from "@/fixtures/stored-profiles";
import { newTokenBudget, storeBudget, storedUsage } from "@/fixtures/stored-usage";
import {
  MODEL_SERVER_SECRET,
  storedTokenizers,
  storeTokenizers,
} from "@/fixtures/stored-tokenizers";
import { testFeatures } from "@/fixtures/test-features";
import { smallTokenizerBytes } from "@/fixtures/tokenizers";
import { createGpuStore } from "./gpu";
import { listPolicies } from "./main";
import type { Actor } from "./policy/policy";
import { createPressureStore, createWebhookStore } from "./pressure";
import { listProcedures } from "./rest-api/list-procedures";
import { restPathOf } from "./rest-api/rest-address";
import { tokenizerRoutes } from "./tokenizers";
import type { Context } from "./trpc/context";
import { appRouter } from "./trpc/root";
import { createCallerFactory } from "./trpc/trpc";

// S3: every mutation of the running router and every POST route, through real stores. What each must leave in the audit stands here by
// hand; one that is missing fails.

const PASSWORD = "the password of the admin";
const NEW_PASSWORD = "another password of the admin";
const WEBHOOK_SECRET = "whsec_canaryOfTheWebhook";
const IN_THE_PATH = "a-secret-in-the-path";
const IN_THE_QUERY = "a-secret-in-the-query";
const UNKNOWN = { id: "00000000-0000-4000-8000-00000000dead" };
const DAY_MS = 86_400_000;

interface World {
  admin: Actor;
  otherUserId: string;
  /** Of the admin, beside the one that asks. */
  ownSessionId: string;
  otherSessionId: string;
  keyId: string;
  webhookId: string;
  defaultProfileId: string;
  otherProfileId: string;
  budgetId: string;
  tokenizerId: string;
  modelServerId: string;
  tokenizerPath: string;
}

interface Mutation {
  /** Of its one row; null: it writes none. */
  action: string | null;
  /** Why it may write none. */
  why?: string;
  input: (world: World) => unknown;
  /** Is taken, changes nothing, and leaves no row. */
  idle?: (world: World) => unknown;
  /** Is allowed to ask, and refused by what the verb looks at. */
  refused?: (world: World) => unknown;
}

const WITH_A_TEXT =
  "it changes nothing; it is a mutation because a query would carry the text in its address";
const RECORDED_PROMPT =
  "what services ask by the thousand stands in the ledger of prompts, and changes nothing else";

interface WrittenRoute {
  /** Of its one row. */
  action: string;
  query: string;
  /** Changes nothing, and leaves no row. */
  idle?: string;
  refused: string;
  body?: Uint8Array;
}

const target = `http://127.0.0.1:9/${IN_THE_PATH}?token=${IN_THE_QUERY}`;
const mutations: Record<string, Mutation> = {
  "budgets.create": {
    action: "budget.create",
    input: () => newTokenBudget({ name: "chat", service: "chat" }),
    refused: () => newTokenBudget(),
  },
  "budgets.delete": {
    action: "budget.delete",
    input: ({ budgetId }) => ({ id: budgetId }),
    idle: () => UNKNOWN,
  },
  "budgets.update": {
    action: "budget.update",
    input: ({ budgetId }) => ({ id: budgetId, dailyTokens: 20_000 }),
    refused: () => ({ ...UNKNOWN, name: "gone" }),
  },
  "gpu.cleanUp": {
    action: "retention.cleanup",
    input: () => ({ dryRun: false }),
    idle: () => ({ dryRun: true }),
  },
  "gpu.pressureWebhooks.create": {
    action: "webhook.create",
    input: () => ({ name: "Pager", url: target }),
    refused: () => ({ name: "Pager", url: "http://kim:hush@127.0.0.1/" }),
  },
  "gpu.pressureWebhooks.update": {
    action: "webhook.update",
    input: ({ webhookId }) => ({ id: webhookId, name: "Other", url: `${target}&more` }),
    refused: () => ({ ...UNKNOWN, name: "Other" }),
  },
  "gpu.pressureWebhooks.delete": {
    action: "webhook.delete",
    input: ({ webhookId }) => ({ id: webhookId }),
    idle: () => UNKNOWN,
  },
  "gpu.pressureWebhooks.test": {
    action: "webhook.test",
    input: ({ webhookId }) => ({ id: webhookId }),
    refused: () => UNKNOWN,
  },
  "identity.changePassword": {
    action: "password.change",
    input: () => ({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD }),
    refused: () => ({ currentPassword: "not the password", newPassword: NEW_PASSWORD }),
  },
  "identity.revokeOtherSessions": { action: "session.revoke", input: () => undefined },
  "identity.revokeSession": {
    action: "session.revoke",
    input: ({ ownSessionId }) => ({ id: ownSessionId }),
    refused: ({ otherSessionId }) => ({ id: otherSessionId }),
  },
  "identity.setup": {
    action: "setup.first-admin",
    input: () => ({
      code: readFileSync(path.join(accounts.dataDir, "setup-code"), "utf8").trim(),
      email: "first@example.org",
      password: NEW_PASSWORD,
    }),
    refused: () => ({ code: "wrong", email: "first@example.org", password: NEW_PASSWORD }),
  },
  "identity.signIn": {
    action: null,
    why: "a sign-in changes nothing of others, and stands in the list of sessions; a lock has a row",
    input: () => ({ email: "admin@example.org", password: PASSWORD }),
    refused: () => ({ email: "admin@example.org", password: "not the password" }),
  },
  "identity.signOut": {
    action: null,
    why: "it ends what its sign-in began, which has no row either",
    input: () => undefined,
  },
  "keys.create": {
    action: "key.create",
    input: () => ({ name: "Exporter", kind: "read", expiresInDays: 30 }),
    refused: () => ({ name: "", kind: "read" }),
  },
  "keys.revoke": {
    action: "key.revoke",
    input: ({ keyId }) => ({ id: keyId }),
    refused: () => UNKNOWN,
  },
  "modelServers.create": {
    action: "model-server.create",
    input: () => ({
      name: "vllm",
      kind: "vllm",
      url: `http://127.0.0.1:9/${IN_THE_PATH}`,
      model: "m",
      secret: MODEL_SERVER_SECRET,
    }),
    refused: () => ({
      name: "vllm",
      kind: "vllm",
      url: "http://169.254.169.254/",
      model: null,
      secret: null,
    }),
  },
  "modelServers.delete": {
    action: "model-server.delete",
    input: ({ modelServerId }) => ({ id: modelServerId }),
    idle: () => UNKNOWN,
  },
  "modelServers.test": {
    action: "model-server.test",
    input: ({ modelServerId }) => ({ id: modelServerId }),
    refused: () => UNKNOWN,
  },
  "modelServers.update": {
    action: "model-server.update",
    input: ({ modelServerId }) => ({
      id: modelServerId,
      url: `http://127.0.0.1:9/${IN_THE_PATH}`,
      secret: `${MODEL_SERVER_SECRET}-2`,
    }),
    refused: () => ({ ...UNKNOWN, name: "other" }),
  },
  "models.create": {
    action: "profile.create",
    input: () => profileFields({ name: "new", modelNames: [] }),
    refused: () => profileFields({ name: "Llama-3-8B" }),
  },
  "models.delete": {
    action: "profile.delete",
    input: ({ otherProfileId }) => ({ id: otherProfileId }),
    idle: () => UNKNOWN,
    refused: ({ defaultProfileId }) => ({ id: defaultProfileId }),
  },
  "models.makeDefault": {
    action: "profile.update",
    input: ({ otherProfileId }) => ({ id: otherProfileId }),
    idle: ({ defaultProfileId }) => ({ id: defaultProfileId }),
    refused: () => UNKNOWN,
  },
  "models.update": {
    action: "profile.update",
    input: ({ otherProfileId: id }) => ({
      ...profileFields({ name: "other", modelNames: [], contextWindow: 9_000 }),
      id,
      version: 1,
    }),
    refused: ({ otherProfileId: id }) => ({ ...profileFields(), id, version: 7 }),
  },
  "sessions.revoke": {
    action: "session.revoke",
    input: ({ otherSessionId }) => ({ id: otherSessionId }),
    refused: () => UNKNOWN,
  },
  "tokenizers.addFile": {
    action: "tokenizer.add",
    input: ({ tokenizerPath }) => ({ name: "of a file", path: tokenizerPath }),
    refused: ({ tokenizerPath }) => ({ name: "small", path: tokenizerPath }),
  },
  "tokenizers.delete": {
    action: "tokenizer.delete",
    input: ({ tokenizerId }) => ({ id: tokenizerId }),
    idle: () => UNKNOWN,
  },
  "tokens.count": { action: null, why: WITH_A_TEXT, input: () => ({ text: "Hello" }) },
  "tokens.countBatch": { action: null, why: WITH_A_TEXT, input: () => ({ texts: ["Hello"] }) },
  "tokens.estimate": { action: null, why: WITH_A_TEXT, input: () => ({ parts: { a: "Hello" } }) },
  "tokens.truncate": {
    action: null,
    why: RECORDED_PROMPT,
    input: () => ({ text: "Hello", maxTokens: 1 }),
  },
  "tokens.validate": {
    action: null,
    why: RECORDED_PROMPT,
    input: () => ({ text: "Hello" }),
    refused: () => ({ text: "Hello", maxOutputTokens: 100_000_000 }),
  },
  "users.create": {
    action: "user.create",
    input: () => ({ email: "new@example.org", name: "New", role: "viewer" }),
    refused: () => ({ email: "other@example.org", name: "", role: "viewer" }),
  },
  "users.delete": {
    action: "user.delete",
    input: ({ otherUserId }) => ({ id: otherUserId }),
    refused: () => UNKNOWN,
  },
  "users.resetPassword": {
    action: "user.reset-password",
    input: ({ otherUserId }) => ({ id: otherUserId }),
    refused: () => UNKNOWN,
  },
  "users.update": {
    action: "user.update",
    input: ({ otherUserId }) => ({ id: otherUserId, role: "viewer" }),
    // The last admin who may sign in.
    refused: ({ admin }) => ({ id: admin.id, role: "viewer" }),
  },
};
/** POST routes that are no twin of a procedure: their one row. */
const routes: Record<string, WrittenRoute> = {
  "POST /api/system/cleanup": {
    action: "retention.cleanup",
    query: "",
    idle: "dry_run=true",
    refused: "dry_run=perhaps",
  },
  "POST /api/tokenizers/upload": {
    action: "tokenizer.add",
    query: "name=uploaded",
    refused: "name=",
    body: smallTokenizerBytes("sentence-piece"),
  },
};

const accounts = useAccountDatabase();
const procedures = listProcedures(appRouter).filter(({ type }) => type === "mutation");
const createCaller = createCallerFactory(appRouter);
let parts: ReturnType<typeof testFeatures>;
let world: World;

beforeAll(() => {
  const { prisma } = accounts;
  parts = testFeatures({
    store: createGpuStore(prisma),
    pressureStore: createPressureStore(prisma),
    webhookStore: createWebhookStore(prisma),
    features: {
      models: storedModels(prisma),
      usage: storedUsage(prisma),
      ...contextsOf(storedTokenizers(prisma)),
    },
  });
});
afterAll(() => parts.stop());

beforeEach(async () => {
  const { users, sessions, keys } = accounts.identity;
  const passwordHash = `fast:${PASSWORD}`;
  const account = (email: string, role: "admin" | "operator") =>
    users.create({ email, name: "", role, passwordHash }, auditOrigin);
  const admin = await account("admin@example.org", "admin");
  const other = await account("other@example.org", "operator");
  const nowMs = Date.now();
  const openSession = async (userId: string) => {
    const known = new Set((await sessions.list({ nowMs, userId })).map(({ id }) => id));
    await sessions.open({
      userId,
      method: "password",
      tokenHash: Buffer.from(randomBytes(32)),
      nowMs,
      expiresAtMs: nowMs + DAY_MS,
      address: "192.0.2.1",
      userAgent: "",
      replacesId: null,
      passwordHash,
    });
    const all = await sessions.list({ nowMs, userId });
    return all.find(({ id }) => !known.has(id))?.id ?? "";
  };
  const key = await keys.create(
    {
      name: "key",
      kind: "read",
      hint: "sl_read_0…",
      keyHash: Buffer.from(randomBytes(32)),
      expiresAtMs: null,
    },
    auditOrigin,
  );
  await accounts.prisma.gpuPressureWebhook.deleteMany();
  const webhookId = await createWebhookStore(accounts.prisma).create(
    { name: "Hook", url: target, secret: WEBHOOK_SECRET, atMs: nowMs },
    auditOrigin,
  );
  world = {
    admin: {
      ...userActor("admin"),
      id: admin.id,
      name: admin.email,
      sessionId: await openSession(admin.id),
    },
    otherUserId: other.id,
    ownSessionId: await openSession(admin.id),
    otherSessionId: await openSession(other.id),
    keyId: key.id,
    webhookId,
    ...(await storeProfiles(accounts.prisma)),
    ...(await storeTokenizers(accounts.prisma)),
    ...(await storeBudget(accounts.prisma)),
  };
});

/** Asks as this actor; answers what came back and the rows that stand under the id of the request. */
async function ask(name: string, input: unknown, actor = world.admin) {
  const requestId = randomUUID();
  const { client } = routeRequest();
  const context: Context = {
    ...parts.features,
    identity: accounts.identity,
    requestId,
    actor,
    client,
    setCookie: () => undefined,
    signal: new AbortController().signal,
    nowMs: Date.now,
  };
  let procedure: unknown = createCaller(context);
  for (const part of name.split("."))
    procedure = (procedure as Readonly<Record<string, unknown>>)[part];
  const call = (procedure as (given: unknown) => Promise<unknown>)(input);
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  return { error, rows: await rowsOf(requestId) };
}
const rowsOf = (requestId: string) => accounts.prisma.auditEntry.findMany({ where: { requestId } });

/** Everything that a mutation may change. */
async function stateNow(): Promise<string> {
  const { prisma } = accounts;
  const tables = await Promise.all([
    prisma.user.findMany({ orderBy: { id: "asc" } }),
    prisma.session.findMany({ orderBy: { id: "asc" } }),
    prisma.apiKey.findMany({ orderBy: { id: "asc" } }),
    prisma.gpuPressureWebhook.findMany({ orderBy: { id: "asc" } }),
    prisma.modelProfile.findMany({ orderBy: { id: "asc" } }),
    prisma.tokenizerFile.findMany({ orderBy: { id: "asc" } }),
    prisma.modelServer.findMany({ orderBy: { id: "asc" } }),
    prisma.tokenBudget.findMany({ orderBy: { id: "asc" } }),
    prisma.auditHead.findMany(),
  ]);
  const partitions = await createGpuStore(prisma).listPartitions();
  return JSON.stringify([...tables, partitions.map(({ name }) => name)], (_key, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
}

async function arrange(name: string): Promise<void> {
  if (name === "identity.setup") await accounts.prisma.user.deleteMany();
  if (name === "gpu.cleanUp" || name.startsWith("POST")) {
    const fromMs = Date.now() - 40 * DAY_MS;
    await createGpuStore(accounts.prisma).insertSamples(
      gpuSampleSeries({ gpus: 1, count: 2, fromMs, everyMs: 1_000 }),
    );
  }
}

test("every mutation and every POST route stands in the tables above", async () => {
  const missing = procedures
    .filter(({ policy }) => policy !== "ingest")
    .filter(({ path: name }) => !(name in mutations))
    .map(
      ({ path: name }) =>
        `The mutation ${name} is in no table: write one row with appendAudit in the transaction of its change, and add it to "mutations" in this file.`,
    );
  const twins = new Set(
    listProcedures(appRouter).map(({ path: name }) => `POST ${restPathOf(name)}`),
  );
  const unknownRoutes = (await listPolicies())
    .filter(({ kind, name, policy }) => {
      const isOwn = kind === "route" && name.startsWith("POST ") && !twins.has(name);
      return isOwn && ["viewer", "operator", "admin", "account"].includes(policy);
    })
    .filter(({ name }) => !(name in routes))
    .map(
      ({ name }) =>
        `The route ${name} is in no table: write one row with appendAudit in the transaction of its change, and add it to "routes" in this file.`,
    );
  expect([...missing, ...unknownRoutes]).toEqual([]);
  const names = new Set(procedures.map(({ path: name }) => name));
  expect(Object.keys(mutations).filter((name) => !names.has(name))).toEqual([]);
});

const known = procedures.flatMap(({ path: name, policy }) => {
  const mutation = mutations[name];
  return mutation ? [{ ...mutation, name, policy }] : [];
});

describe.each(known)("$name", ({ name, policy, action, why, input, idle, refused }) => {
  test(why ? `leaves no row: ${why}` : "leaves exactly one row, without secrets", async () => {
    await arrange(name);
    const { error, rows } = await ask(name, input(world));
    expect(error).toBeNull();
    expect(rows.map((row) => row.action)).toEqual(action === null ? [] : [action]);
    for (const row of rows) {
      expect(row).toMatchObject({
        actorKind: "session",
        actorId: world.admin.id,
        actorName: "admin@example.org",
        address: "127.0.0.1",
      });
      expect(row.target).not.toBe("");
      const text = `${row.target} ${row.before} ${row.after}`;
      expect(text).not.toContain("(not recorded)"); // recordable-json.ts does not know one of its keys
      for (const secret of [
        PASSWORD,
        NEW_PASSWORD,
        WEBHOOK_SECRET,
        MODEL_SERVER_SECRET,
        IN_THE_PATH,
        IN_THE_QUERY,
      ])
        expect(text).not.toContain(secret);
      expect(text).not.toMatch(/whsec_|sl_\w+_\w{12}|fast:/);
    }
  });

  test("leaves none when it is refused, or does nothing", async () => {
    await arrange(name);
    const before = await stateNow();
    if (policy !== "public")
      for (const actor of [
        anonymousActor,
        // A viewer may count.
        ...(policy === "services"
          ? []
          : [policy === "account" ? keyActor("admin") : userActor("viewer")]),
      ])
        expect(await ask(name, input(world), actor)).toMatchObject({
          error: { code: actor === anonymousActor ? "UNAUTHORIZED" : "FORBIDDEN" },
          rows: [],
        });
    if (refused) {
      const { error, rows } = await ask(name, refused(world));
      expect([error instanceof Error, rows]).toEqual([true, []]);
    }
    if (idle) expect(await ask(name, idle(world))).toEqual({ error: null, rows: [] });
    expect(await stateNow()).toBe(before);
  });

  if (action === null) return;
  test("changes nothing when its row cannot be written", async () => {
    await arrange(name);
    const before = await stateNow();
    await failingAudit(async () => {
      const { error, rows } = await ask(name, input(world));
      expect([error instanceof Error, rows]).toEqual([true, []]);
    });
    expect(await stateNow()).toBe(before);
  });
});

describe.each(Object.entries(routes))("%s", (name, { action, query, idle, refused, body }) => {
  const post = async (given: string) => {
    const { tokenizers } = parts.features;
    const route = [...parts.gpu.routes, ...tokenizerRoutes(tokenizers)].find(
      (one) => `${one.method} ${one.path}` === name,
    );
    const requestId = randomUUID();
    const request = {
      requestId,
      query: new URLSearchParams(given),
      actor: world.admin,
      ...(body && { readParts: () => Readable.from([body]) }),
    };
    const error = await Promise.resolve(route?.handle(routeRequest(request))).then(
      () => null,
      (reason: unknown) => reason,
    );
    return { error, rows: await rowsOf(requestId) };
  };

  test("leaves exactly one row, and none of a dry run, a bad parameter or a failure", async () => {
    await arrange(name);
    const before = await stateNow();
    if (idle !== undefined) expect(await post(idle)).toEqual({ error: null, rows: [] });
    expect(await post(refused)).toMatchObject({ error: { name: "ZodError" }, rows: [] });
    await failingAudit(async () => {
      const { error, rows } = await post(query);
      expect([error instanceof Error, rows]).toEqual([true, []]);
    });
    expect(await stateNow()).toBe(before);
    const { error, rows } = await post(query);
    expect([error, rows.map((row) => row.action)]).toEqual([null, [action]]);
  });
});

function contextsOf({ tokenizers, modelServers }: ReturnType<typeof storedTokenizers>) {
  return { tokenizers: tokenizers.context, modelServers: modelServers.context };
}

/** While the work runs, no row can be added. */
async function failingAudit(work: () => Promise<void>): Promise<void> {
  const { prisma } = accounts;
  await prisma.$executeRaw`CREATE TRIGGER "fails" BEFORE INSERT ON "audit_entries"
    FOR EACH ROW EXECUTE FUNCTION "refuse_audit_change"()`;
  try {
    await work();
  } finally {
    await prisma.$executeRaw`DROP TRIGGER "fails" ON "audit_entries"`;
  }
}
