import { describe, expect, test } from "vitest";
import { createDatabaseGuard } from "./database-guard";
import { storeError } from "./store-error";

const forever = () => new Promise<never>(() => undefined);
/** As the stores throw it. */
const storeFailure = (code: string | null, message: string) =>
  storeError({ cause: { originalCode: code, originalMessage: message } });
const fail = () => Promise.reject(storeFailure("ECONNREFUSED", "refused"));

function counted() {
  const state = { running: 0, most: 0, calls: 0 };
  const release: (() => void)[] = [];
  const read = async () => {
    state.calls++;
    state.running++;
    state.most = Math.max(state.most, state.running);
    await new Promise<void>((resolve) => release.push(resolve));
    state.running--;
    return "answer";
  };
  return { state, read, release };
}

describe("database guard", () => {
  test("gives the answer, and the error, of the read", async () => {
    const guard = createDatabaseGuard({ limitMs: 1_000 });
    expect(await guard(async () => 42)).toBe(42);
    await expect(guard(fail)).rejects.toThrow("refused");
  });

  test("does not wait longer than its limit", async () => {
    const guard = createDatabaseGuard({ limitMs: 10 });
    await expect(guard(forever)).rejects.toMatchObject({ name: "DatabaseAwayError" });
  });

  test("lets six reads run at once; the others follow in turn", async () => {
    const guard = createDatabaseGuard({ limitMs: 10_000 });
    const { state, read, release } = counted();
    const all = Array.from({ length: 20 }, () => guard(read));
    while (state.calls < 20 || release.length > 0) {
      release.shift()?.();
      await Promise.resolve();
    }
    expect(await Promise.all(all)).toHaveLength(20);
    expect(state.most).toBe(6);
  });

  test("refuses at once when too many wait", async () => {
    const guard = createDatabaseGuard({ limitMs: 50 });
    const results = await Promise.allSettled(Array.from({ length: 80 }, () => guard(forever)));
    const reasons = results.map((result) => String((result as PromiseRejectedResult).reason));
    expect(reasons.filter((reason) => reason.includes("Too many"))).toHaveLength(10);
  });

  test.each([
    ["a text that cannot be stored", storeFailure("22021", "invalid byte sequence")],
    ["a statement that took too long for the database", storeFailure("57014", "canceling")],
    ["an error of our own", new TypeError("not a function")],
  ])("%s turns reads off for nobody, however often", async (_name, error) => {
    const guard = createDatabaseGuard({ limitMs: 10_000 });
    for (let i = 0; i < 5; i++)
      await expect(guard(() => Promise.reject(error))).rejects.toBe(error);
    const { read, release } = counted();
    const both = [guard(read), guard(read)];
    await Promise.resolve();
    expect(release).toHaveLength(2);
    for (const one of release) one();
    expect(await Promise.all(both)).toEqual(["answer", "answer"]);
  });

  test.each([
    storeFailure("57P01", "terminating connection"),
    storeFailure("08006", "connection failure"),
    storeFailure("53300", "too many clients"),
    storeFailure(null, "Connection terminated unexpectedly"),
    storeFailure(null, "timeout exceeded when trying to connect"),
  ])("a database that cannot be reached is away: %s", async (error) => {
    const guard = createDatabaseGuard({ limitMs: 10_000 });
    for (let i = 0; i < 2; i++)
      await expect(guard(() => Promise.reject(error))).rejects.toBe(error);
    const { read, release } = counted();
    const probe = guard(read);
    await expect(guard(read)).rejects.toMatchObject({ name: "DatabaseAwayError" });
    release.shift()?.();
    await probe;
  });

  test("a database that refuses a statement is there again", async () => {
    const guard = createDatabaseGuard({ limitMs: 10_000 });
    for (let i = 0; i < 2; i++) await expect(guard(fail)).rejects.toThrow("refused");
    const error = storeFailure("42703", "column does not exist");
    await expect(guard(() => Promise.reject(error))).rejects.toBe(error);
    const { read, release } = counted();
    const both = [guard(read), guard(read)];
    await Promise.resolve();
    for (const one of release) one();
    expect(await Promise.all(both)).toHaveLength(2);
  });

  test("a read whose waiter has gone is not begun, and too long a wait is no sign of an absent database", async () => {
    const guard = createDatabaseGuard({ limitMs: 10_000 });
    const { state, read, release } = counted();
    const running = Array.from({ length: 6 }, () => guard(read));
    const gone = await Promise.allSettled([guard(read, 5), guard(read, 5), guard(read, 5)]);
    expect(gone.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    const last = guard(read);
    for (const one of release.splice(0)) one();
    await Promise.all(running);
    await Promise.resolve();
    expect(state.calls).toBe(7);
    release.shift()?.();
    expect(await last).toBe("answer");
    expect(state.calls).toBe(7);
  });

  test("tells of the first failure and of the first success after it, with the reason", async () => {
    const changes: unknown[] = [];
    const guard = createDatabaseGuard({
      limitMs: 10,
      onStateChange: (error) => changes.push(error),
    });
    await guard(async () => 1);
    expect(changes).toEqual([]);
    for (let i = 0; i < 3; i++) await expect(guard(fail)).rejects.toThrow("refused");
    expect(changes).toEqual([expect.objectContaining({ message: "refused" })]);
    await guard(async () => 1);
    await guard(async () => 1);
    expect(changes).toEqual([expect.any(Error), null]);
    await expect(guard(forever)).rejects.toThrow("in time");
    expect(changes.at(-1)).toMatchObject({ message: "no answer in time" });
  });

  test("after two failures in a row only one read tries at a time, until one succeeds", async () => {
    const guard = createDatabaseGuard({ limitMs: 10_000 });
    await expect(guard(fail)).rejects.toThrow("refused");
    await expect(guard(fail)).rejects.toThrow("refused");
    const { state, read, release } = counted();
    const probe = guard(read);
    await expect(guard(read)).rejects.toMatchObject({ name: "DatabaseAwayError" });
    expect(state.calls).toBe(1);
    release.shift()?.();
    expect(await probe).toBe("answer");
    const both = [guard(read), guard(read)];
    await Promise.resolve();
    expect(state.calls).toBe(3);
    for (const one of release) one();
    await Promise.all(both);
  });
});
