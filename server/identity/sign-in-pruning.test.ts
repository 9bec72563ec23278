import { expect, test } from "vitest";
import { pruneSignIns } from "./sign-in-pruning";

const day = 86_400_000;

test("sessions that ended 30 days ago and limits that have run out go; a failure is said and ends nothing", async () => {
  const asked: number[] = [];
  const said: unknown[] = [];
  const parts = {
    sessions: {
      prune: (beforeMs: number) => {
        asked.push(beforeMs);
        return Promise.resolve(1);
      },
    },
    limits: {
      prune: (olderThanMs: number) => {
        asked.push(olderThanMs);
        return Promise.reject(new Error("connect ECONNREFUSED"));
      },
    },
    nowMs: () => 100 * day,
    logger: { warn: (...line: unknown[]) => void said.push(line) },
  };
  await pruneSignIns(parts);
  expect(asked).toEqual([70 * day, 30 * 60_000]);
  expect(said).toHaveLength(1);
});
