import { describe, expect, test } from "vitest";
import { createDatabaseGuard } from "./database-guard";

const forever = () => new Promise<never>(() => undefined);
const fail = () => Promise.reject(new Error("refused"));

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
    const guard = createDatabaseGuard(1_000);
    expect(await guard(async () => 42)).toBe(42);
    await expect(guard(fail)).rejects.toThrow("refused");
  });

  test("does not wait longer than its limit", async () => {
    const guard = createDatabaseGuard(10);
    await expect(guard(forever)).rejects.toMatchObject({ name: "DatabaseAwayError" });
  });

  test("lets six reads run at once; the others follow in turn", async () => {
    const guard = createDatabaseGuard(10_000);
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
    const guard = createDatabaseGuard(50);
    const results = await Promise.allSettled(Array.from({ length: 80 }, () => guard(forever)));
    const reasons = results.map((result) => String((result as PromiseRejectedResult).reason));
    expect(reasons.filter((reason) => reason.includes("too many"))).toHaveLength(10);
  });

  test("after two failures in a row only one read tries at a time, until one succeeds", async () => {
    const guard = createDatabaseGuard(10_000);
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
