import { expect, test } from "vitest";
import { validationRecord } from "@/fixtures/validation-records";
import { ValidationRecorder } from "./validation-recorder";
import type { NewValidation } from "./validation-write-store";

type Save = (batch: readonly NewValidation[]) => Promise<void>;

function recorderOver(save: Save, given: { limitMs?: number; keepsSamples?: boolean } = {}) {
  const changes: ("fails" | "works")[] = [];
  const recorder = new ValidationRecorder({
    store: { save },
    keepsSamples: false,
    onStateChange: (error) => changes.push(error === null ? "works" : "fails"),
    ...given,
  });
  return { recorder, changes };
}

const never = () => new Promise<never>(() => undefined);

test("who comes together shares a transaction, and so does who comes meanwhile; none is larger than 500", async () => {
  const sizes: number[] = [];
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const { recorder } = recorderOver(
    async (batch) => {
      sizes.push(batch.length);
      if (sizes.length === 1) await held;
    },
    { limitMs: 60_000 },
  );
  const first = Array.from({ length: 3 }, () => recorder.record(validationRecord(), null));
  await until(() => sizes.length === 1);
  const meanwhile = Array.from({ length: 1_100 }, () => recorder.record(validationRecord(), null));
  release();
  expect((await Promise.all([...first, ...meanwhile])).every(Boolean)).toBe(true);
  expect(sizes).toEqual([3, 500, 500, 100]);
});

test("one that comes in the very turn in which the line ran empty is stored, too", async () => {
  let saves = 0;
  const { recorder } = recorderOver(
    () => {
      saves++;
      return Promise.resolve();
    },
    { limitMs: 60_000 },
  );
  for (let i = 0; i < 50; i++) {
    let chained = recorder.record(validationRecord(), null);
    for (let microtasks = 0; microtasks < i; microtasks++)
      chained = chained.then((stored) => stored);
    expect(await chained.then(() => recorder.record(validationRecord(), null))).toBe(true);
  }
  expect(saves).toBeGreaterThan(50);
});

test("a database that refuses connections is told at once, once, and counted", async () => {
  let isAway = true;
  const { recorder, changes } = recorderOver(() =>
    isAway ? Promise.reject(new Error("ECONNREFUSED")) : Promise.resolve(),
  );
  for (let i = 0; i < 3; i++) expect(await recorder.record(validationRecord(), null)).toBe(false);
  expect([recorder.lost, changes]).toEqual([3, ["fails"]]);
  isAway = false;
  expect(await recorder.record(validationRecord(), null)).toBe(true);
  expect([recorder.lost, changes]).toEqual([3, ["fails", "works"]]);
});

test("a database that says nothing holds nobody: false after the limit, then at once", async () => {
  let saves = 0;
  const { recorder, changes } = recorderOver(
    () => {
      saves++;
      return never();
    },
    { limitMs: 50 },
  );
  expect(await recorder.record(validationRecord(), null)).toBe(false);
  expect(await recorder.record(validationRecord(), null)).toBe(false);
  expect([saves, recorder.lost, changes]).toEqual([1, 2, ["fails"]]);
  await recorder.stop();
  expect(await recorder.record(validationRecord(), null)).toBe(false);
});

test("who gave up while waiting in line is not stored afterwards", async () => {
  const stored: string[] = [];
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const { recorder } = recorderOver(
    async (batch) => {
      stored.push(...batch.map(({ record }) => record.requestId));
      if (stored.length === 1) await held;
    },
    { limitMs: 200 },
  );
  const first = recorder.record(validationRecord({ requestId: "first" }), null);
  await until(() => stored.length === 1);
  const second = recorder.record(validationRecord({ requestId: "second" }), null);
  expect(await Promise.all([first, second])).toEqual([false, false]);
  release();
  await recorder.stop();
  expect(stored).toEqual(["first"]);
});

test("texts beyond what memory may hold are refused, plain validations are not", async () => {
  const text = "a".repeat(64 * 1024);
  const { recorder } = recorderOver(never, { limitMs: 500, keepsSamples: true });
  const answers = Array.from({ length: 600 }, () => recorder.record(validationRecord(), text));
  expect(recorder.lost).toBe(600 - 512);
  void recorder.record(validationRecord(), null);
  expect(recorder.lost).toBe(600 - 512);
  expect((await Promise.all(answers)).some(Boolean)).toBe(false);
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}
