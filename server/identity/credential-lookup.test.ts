import { beforeEach, describe, expect, test } from "vitest";
import { FakeCredentialStore } from "@/fixtures/fake-credential-store";
import { CredentialLookup } from "./credential-lookup";
import type { KeyRow } from "./credential-store";
import { newApiKey } from "./secret-token";

let store: FakeCredentialStore;
let atMs = 0;
let problems = 0;

function lookup() {
  return new CredentialLookup<KeyRow>({
    find: (hash) => store.findKey(hash),
    hashOf: ({ keyHash }) => keyHash,
    monotonicMs: () => atMs,
    onProblem: () => (problems += 1),
  });
}

beforeEach(() => {
  store = new FakeCredentialStore();
  problems = 0;
});

/** Holds answers of the store back until it is called. */
function holdBack(): () => void {
  const { promise, resolve } = Promise.withResolvers<null>();
  store.gate = promise;
  return () => {
    store.gate = null;
    resolve(null);
  };
}

describe("rows by token", () => {
  test("one is read once for 2 s, and is there at once meanwhile", async () => {
    const { token, row } = store.issue("read");
    const keys = lookup();
    expect(await keys.get(token)).toEqual(row);
    atMs += 1_999;
    expect(keys.get(token)).toEqual(row); // no promise
    expect(store.reads).toBe(1);
    atMs += 1;
    expect(keys.get(token)).toBeInstanceOf(Promise);
    expect(store.reads).toBe(2);
  });

  test("so is one that is not there", async () => {
    const keys = lookup();
    const token = newApiKey("read");
    expect(await keys.get(token)).toBeNull();
    expect(keys.get(token)).toBeNull();
    expect(store.reads).toBe(1);
    atMs += 2_000;
    expect(await keys.get(token)).toBeNull();
    expect(store.reads).toBe(2);
  });

  test("many that ask for one at once wait for one read", async () => {
    const { token, row } = store.issue("read");
    const keys = lookup();
    const answers = await Promise.all(Array.from({ length: 50 }, async () => keys.get(token)));
    expect(answers).toEqual(Array(50).fill(row));
    expect(store.reads).toBe(1);
  });

  test("a row whose hash is another's is nobody's", async () => {
    const { row } = store.issue("admin");
    const keys = new CredentialLookup<KeyRow>({
      find: () => Promise.resolve(row),
      hashOf: ({ keyHash }) => keyHash,
      monotonicMs: () => atMs,
      onProblem: () => undefined,
    });
    expect(await keys.get(newApiKey("admin"))).toBeNull();
  });

  test("made-up ones fill memory to a bound and push nobody out", async () => {
    const { token, row } = store.issue("read");
    const keys = lookup();
    await keys.get(token);
    for (let n = 0; n < 10_050; n++) await keys.get(`made-up-${n}`);
    expect(keys.get(token)).toEqual(row);
    const before = store.reads;
    expect(keys.get("made-up-10049")).toBeNull();
    await keys.get("made-up-0"); // fell out
    expect(store.reads).toBe(before + 1);
  });

  test("a flood of them that the database does not follow is refused", async () => {
    const release = holdBack();
    const keys = lookup();
    const asked = Array.from({ length: 500 }, async (_, n) => keys.get(`flood-${n}`));
    await expect(keys.get("flood-500")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    release();
    await Promise.all(asked);
  });
});

describe("what is forgotten", () => {
  test("is read again at once", async () => {
    const { token, row } = store.issue("read");
    const keys = lookup();
    await keys.get(token);
    row.revokedAtMs = 5;
    expect(keys.get(token)).toMatchObject({ revokedAtMs: null });
    keys.forget(({ id }) => id === row.id);
    expect(await keys.get(token)).toMatchObject({ revokedAtMs: 5 });
  });

  test("is not brought back by a read that began before the change", async () => {
    const { token, row } = store.issue("read");
    const keys = lookup();
    const release = holdBack();
    const asked = keys.get(token); // has seen the row of before
    row.revokedAtMs = 5;
    keys.forget(({ id }) => id === row.id);
    release();
    expect(await asked).toMatchObject({ revokedAtMs: 5 });
    expect(keys.get(token)).toMatchObject({ revokedAtMs: 5 });
  });
});

describe("while the database is away", () => {
  test("whoever was known works for 15 minutes, and nobody waits for it each time", async () => {
    const { token, row } = store.issue("read");
    const keys = lookup();
    await keys.get(token);
    store.isAway = true;
    atMs += 2_000;
    expect(await keys.get(token)).toEqual(row);
    const reads = store.reads;
    expect(keys.get(token)).toEqual(row); // at once
    expect(store.reads).toBe(reads);
    atMs += 15 * 60_000 - 2_001;
    expect(await keys.get(token)).toEqual(row);
    atMs += 1_001;
    await expect(keys.get(token)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(keys.get(token)).rejects.toThrow("The database does not answer");
    expect(problems).toBeGreaterThan(0);
  });

  test("whoever is not known is told to try again, without the reason", async () => {
    store.isAway = true;
    const keys = lookup();
    const error = await Promise.resolve(keys.get(newApiKey("read"))).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "UNAVAILABLE" });
    expect((error as Error).message).not.toContain("10.9.8.7");
  });

  test("whoever was revoked in this process stays out", async () => {
    const { token, row } = store.issue("read");
    const keys = lookup();
    await keys.get(token);
    keys.forget(({ id }) => id === row.id);
    store.isAway = true;
    await expect(keys.get(token)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  test("it is asked again after a second, and is back when it answers", async () => {
    const { token, row } = store.issue("read");
    const keys = lookup();
    store.isAway = true;
    await expect(keys.get(token)).rejects.toThrow();
    store.isAway = false;
    await expect(keys.get(token)).rejects.toThrow();
    atMs += 1_000;
    expect(await keys.get(token)).toEqual(row);
  });

  test("one that hangs keeps nobody waiting who is known", async () => {
    const { token, row } = store.issue("read");
    const keys = lookup();
    await keys.get(token);
    atMs += 2_000;
    const release = holdBack();
    expect(await keys.get(token)).toEqual(row); // after the limit, from memory
    expect(keys.get(token)).toEqual(row); // and then at once
    release();
  });
});
