import pino from "pino";
import { expect, test } from "vitest";
import { Shutdown } from "./shutdown";

const logger = pino({ level: "silent" });

test("parts end one after the other, the last started first", async () => {
  const shutdown = new Shutdown(logger);
  const order: string[] = [];
  for (const name of ["database", "writer", "server"])
    shutdown.add(name, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(name);
    });
  await shutdown.run(1_000);
  expect(order).toEqual(["server", "writer", "database"]);
});

test("a part that throws or hangs does not keep the others alive", async () => {
  const shutdown = new Shutdown(logger);
  const ended: string[] = [];
  shutdown.add("database", () => void ended.push("database"));
  shutdown.add("hangs", () => new Promise<never>(() => undefined));
  shutdown.add("throws", () => {
    throw new Error("x");
  });
  shutdown.add("rejects", () => Promise.reject(new Error("x")));
  await shutdown.run(120);
  expect(ended).toEqual(["database"]);
});

test("a second call waits for the first and ends nothing twice", async () => {
  const shutdown = new Shutdown(logger);
  let ends = 0;
  shutdown.add("part", () => void (ends += 1));
  await Promise.all([shutdown.run(100), shutdown.run(100)]);
  await shutdown.run(100);
  expect(ends).toBe(1);
});
