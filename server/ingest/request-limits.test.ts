import { expect, test } from "vitest";
import { createRequestLimits } from "./request-limits";

const never = () => new Promise<never>(() => undefined);
const done = () => Promise.resolve("done");

test("sixteen at once, whoever sends them; one more may come when one has ended", async () => {
  const limits = createRequestLimits();
  let end: () => void = () => undefined;
  const first = limits.run("10.0.0.1", () => new Promise<void>((resolve) => (end = resolve)));
  for (let i = 1; i < 16; i++) void limits.run(`10.0.1.${i}`, never);
  await expect(limits.run("10.0.0.2", done)).rejects.toMatchObject({ code: "TOO_MANY" });
  end();
  await first;
  await expect(limits.run("10.0.0.2", done)).resolves.toBe("done");
});

test("one that fails makes room, too", async () => {
  const limits = createRequestLimits();
  for (let i = 0; i < 40; i++)
    await expect(limits.run("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
});

test("one address may send 400 in one go and then 200 a second; others are not held up", async () => {
  let nowMs = 0;
  const limits = createRequestLimits(() => nowMs);
  const passed = async (address: string, tries: number) => {
    let count = 0;
    for (let i = 0; i < tries; i++)
      await limits.run(address, done).then(
        () => count++,
        () => 0,
      );
    return count;
  };
  expect(await passed("a", 1_000)).toBe(400);
  expect(await passed("b", 10)).toBe(10);
  nowMs += 1_000;
  expect(await passed("a", 1_000)).toBe(200);
});
