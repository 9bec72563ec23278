import { randomUUID } from "node:crypto";
import * as z from "zod";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { printFigures } from "@/e2e/faults/print-figures";
import { useAccountDatabase } from "@/fixtures/account-database";
import { anonymousActor, keyActor, userActor } from "@/fixtures/actors";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { storedFeatures, storeObjects, type StoredObjects } from "@/fixtures/stored-objects";
import { logger } from "./logger";
import { type Actor, isAllowed } from "./policy/policy";
import { type ListedProcedure, listProcedures } from "./rest-api/list-procedures";
import { createTrpcHandler, TRPC_PREFIX } from "./trpc/handle-trpc-request";
import { appRouter } from "./trpc/root";

// A2: ids of what belongs to others, of what is not there, and texts that are no id. Whoever may not have a thing gets the same bytes
// whether there is one or not.

const accounts = useAccountDatabase();
let parts: ReturnType<typeof storedFeatures>;
let http: TestHttp;
let stored: StoredObjects;
let calls = 0;
/** Who may be asking: a request says which of them it comes from. */
let actors: Actor[] = [];

/** Of nobody: whoever may read the texts of prompts may read each. Their ids are numbers. */
const ownerless = ["tokens.promptSample"];

/** Read from the running router: every procedure that takes an id. */
const procedures = listProcedures(appRouter).filter(
  ({ input, path }) =>
    input instanceof z.ZodObject && "id" in input.shape && !ownerless.includes(path),
);

beforeAll(async () => {
  parts = storedFeatures(accounts);
  const handle = createTrpcHandler({
    router: appRouter,
    // Each test has accounts of its own.
    features: new Proxy(parts.features, {
      get: (features, name) =>
        name === "identity" ? accounts.identity : (Reflect.get(features, name) as unknown),
    }),
    nowMs: Date.now,
    logger,
  });
  http = await startTestHttp({
    trpc: { prefix: TRPC_PREFIX, handle },
    actorOf: (req) => actors[Number(req.headers["x-test-actor"])] ?? anonymousActor,
  });
});
afterAll(async () => {
  await http.stop();
  await parts.stop();
  printFigures("A2", { procedures: procedures.length, calls });
});
beforeEach(async () => {
  stored = await storeObjects(accounts);
  actors = everybody();
});

async function call({ path, type }: ListedProcedure, id: unknown, as: Actor): Promise<string> {
  calls += 1;
  const headers = {
    "content-type": "application/json",
    "x-request-id": "the-same-each-time",
    "x-test-actor": String(actors.indexOf(as)),
  };
  const address = `${http.origin}${TRPC_PREFIX}${path}`;
  const body = JSON.stringify({ id });
  const answer =
    type === "query"
      ? await fetch(`${address}?input=${encodeURIComponent(body)}`, { headers })
      : await fetch(address, { method: "POST", headers, body });
  return `${answer.status} ${await answer.text()}`;
}

/** Whether each of the ids gets the same answer; told are those that do not. */
async function differing(
  procedure: ListedProcedure,
  ids: readonly unknown[],
  expected: { as: Actor; answer: string },
): Promise<unknown[]> {
  const answers = await Promise.all(ids.map((id) => call(procedure, id, expected.as)));
  return ids.flatMap((id, i) => (answers[i] === expected.answer ? [] : [[id, answers[i]]]));
}

function everybody(): Actor[] {
  const { user: id, session: sessionId } = stored.own;
  return [
    anonymousActor,
    ...(["viewer", "operator", "admin"] as const).map((role) => ({
      ...userActor(role),
      id,
      sessionId,
    })),
    ...(["read", "control", "ingest", "admin"] as const).map(keyActor),
  ];
}

/** Of everything that is stored, as others write ids. */
function variantsOf(id: string): string[] {
  const fullwidth = id.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
  return [
    fullwidth,
    `${id}\u200B`,
    `\uFEFF${id}`,
    id.replaceAll("-", "\u2010"),
    id.replaceAll("a", "\u0430").replaceAll("e", "\u0435").replaceAll("0", "\u041E"),
    ` ${id}`,
    `{${id}}`,
    id.replaceAll("-", ""),
    `${id}'--`,
    `${id}%00`,
    id.slice(0, -1),
    encodeURIComponent(`${id}/`),
  ].filter((variant) => variant !== id); // one without a, e and 0 has no such twin
}

const noIds = [
  "*",
  ":id",
  "%",
  "_",
  "",
  "null",
  "..",
  "%2e%2e",
  "0",
  "true",
  "{}",
  "[object Object]",
];

const anotherKind = (procedure: ListedProcedure, { own, others }: StoredObjects): string[] => {
  const { user, session, key, webhook } = others;
  const kinds: Record<string, readonly string[]> = {
    identity: [user, key, webhook, own.user],
    sessions: [user, key, webhook, own.user],
    keys: [user, session, webhook],
    users: [key, session, webhook],
    gpu: [user, session, key],
    models: [user, session, key, webhook],
    modelServers: [user, session, key, webhook, others.tokenizer],
    tokenizers: [user, session, key, webhook, others.modelServer],
    budgets: [user, session, key, webhook],
  };
  const [feature = ""] = procedure.path.split(".");
  const found = kinds[feature];
  if (!found) throw new Error(`Say here which ids ${procedure.path} must not know.`);
  return [...found];
};

test("procedures that take an id are there", () => {
  expect(procedures.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      "identity.revokeSession",
      "sessions.revoke",
      "keys.revoke",
      "users.delete",
    ]),
  );
});

test.each(procedures.map((procedure) => [procedure.path, procedure] as const))(
  "%s",
  async (path, procedure) => {
    const { others } = stored;
    const isOwnOnly = procedure.policy === "account";
    const foreign = [
      ...anotherKind(procedure, stored),
      ...(isOwnOnly ? [others.session, others.session.toUpperCase()] : []),
    ];
    const malformed = [...noIds, ...Object.values(others).flatMap(variantsOf)];
    const wrongTypes = [null, 1, true, {}, [others.session], { $ne: null }, { contains: "" }];
    for (const actor of actors) {
      const who = `${path} by ${actor.name}`;
      const unknown = await call(procedure, randomUUID(), actor);
      expect(unknown, who).not.toContain(stored.othersEmail);
      const same = { as: actor, answer: unknown };
      expect(await differing(procedure, foreign, same), who).toEqual([]);
      if (isAllowed(actor, procedure.policy)) {
        if (isOwnOnly) expect(unknown, who).toMatch(/^404 /);
        const refused = await call(procedure, "no id", actor);
        expect(refused, who).toMatch(/^400 /);
        expect(await differing(procedure, malformed, { as: actor, answer: refused }), who).toEqual(
          [],
        );
        for (const id of wrongTypes) expect(await call(procedure, id, actor), who).toMatch(/^400 /);
      } else {
        expect(unknown, who).toMatch(/^40[13] /);
        // A refusal comes before anything is looked at: what is there, what is not, and what is no id.
        const all = [...Object.values(others), ...malformed, ...wrongTypes];
        expect(await differing(procedure, all, same), who).toEqual([]);
      }
    }
    await expectAllThere();
  },
);

/** Nothing of it has ended anything. */
async function expectAllThere(): Promise<void> {
  const { users, sessions, keys } = accounts.identity;
  const nowMs = Date.now();
  const { own, others } = stored;
  expect((await users.list(nowMs)).map(({ id }) => id)).toEqual(
    expect.arrayContaining([own.user, others.user]),
  );
  expect((await sessions.list({ nowMs })).map(({ id }) => id)).toEqual(
    expect.arrayContaining([own.session, others.session]),
  );
  expect((await keys.list(nowMs)).find(({ id }) => id === others.key)?.revokedAtMs).toBeNull();
}
