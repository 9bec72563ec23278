import { expect, test } from "vitest";
import { rememberLimits } from "./limit-memory";
import type { LimitStore } from "./limit-store";

const limit = { maxTries: 1, windowMs: 60_000, waitMs: 60_000, runsFromLastTry: false };

/** A store that takes one try of each subject, and how often it was asked. */
function countingStore() {
  const counts = new Map<string, number>();
  let asked = 0;
  const store = {
    take: (subject: string) => {
      asked++;
      const count = (counts.get(subject) ?? 0) + 1;
      counts.set(subject, count);
      return Promise.resolve({ waitMs: count > 1 ? 30_000 : null, beginsLock: count === 2 });
    },
    clearBeginningWith: (text: string) => Promise.resolve(void counts.delete(text)),
    clear: (subjects: readonly string[]) => {
      for (const subject of subjects) counts.delete(subject);
      return Promise.resolve();
    },
  } as unknown as LimitStore;
  return { store, asked: () => asked };
}

test("of a flood after a refusal the store is asked once in two seconds, and the wait runs down", async () => {
  const { store, asked } = countingStore();
  let nowMs = 0;
  const limits = rememberLimits(store, () => nowMs);
  expect(await limits.take("a", limit)).toEqual({ waitMs: null, beginsLock: false });
  expect(await limits.take("a", limit)).toEqual({ waitMs: 30_000, beginsLock: true });
  nowMs = 500;
  for (let count = 0; count < 1_000; count++)
    expect(await limits.take("a", limit)).toEqual({ waitMs: 29_500, beginsLock: false });
  expect(asked()).toBe(2);
  nowMs = 2_000;
  expect(await limits.take("a", limit)).toEqual({ waitMs: 30_000, beginsLock: false });
  expect(asked()).toBe(3);
});

test("what is cleared is asked for again at once, and one subject says nothing of another", async () => {
  const { store } = countingStore();
  const limits = rememberLimits(store, () => 0);
  await limits.take("a", limit);
  await limits.take("a", limit);
  expect(await limits.take("b", limit)).toMatchObject({ waitMs: null });
  await limits.clear(["a"]);
  expect(await limits.take("a", limit)).toMatchObject({ waitMs: null });
  expect(await limits.take("a", limit)).toMatchObject({ waitMs: 30_000 });
  await limits.clearBeginningWith("a");
  expect(await limits.take("a", limit)).toMatchObject({ waitMs: null });
});
