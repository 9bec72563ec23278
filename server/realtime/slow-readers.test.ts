import { expect, test } from "vitest";
import { SlowReaders } from "./slow-readers";

test("a client that stops reading gets one more tick, is skipped, and is dropped after 10 s", () => {
  const readers = new SlowReaders();
  const client = {};
  const treat = (isDrained: boolean, nowMs: number) => readers.treat(client, { isDrained }, nowMs);
  expect(treat(true, 0)).toBe("send");
  expect(treat(false, 1_000)).toBe("send");
  expect(treat(false, 2_000)).toBe("skip");
  expect(treat(false, 10_999)).toBe("skip");
  expect(treat(false, 11_000)).toBe("drop");
});

test("a client that reads again in time starts afresh", () => {
  const readers = new SlowReaders();
  const client = {};
  readers.treat(client, { isDrained: false }, 0);
  readers.treat(client, { isDrained: false }, 9_000);
  expect(readers.treat(client, { isDrained: true }, 9_500)).toBe("send");
  expect(readers.treat(client, { isDrained: false }, 10_500)).toBe("send");
  expect(readers.treat(client, { isDrained: false }, 11_500)).toBe("skip");
});
