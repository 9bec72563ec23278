import { expect, test } from "vitest";
import { requestIdFrom } from "./request-id";

test.each(["a", "req-abc_123", "A".repeat(64)])("%s is kept", (id) => {
  expect(requestIdFrom(id)).toBe(id);
});

test.each([
  undefined,
  "",
  "A".repeat(65),
  "a b",
  "a\r\nSet-Cookie: x=1",
  "ä",
  "a,b",
  '"><script>',
  ["a", "b"],
])("%j is replaced by a new id", (header) => {
  const id = requestIdFrom(header);
  expect(id).toMatch(/^[\da-f-]{36}$/);
  expect(requestIdFrom(header)).not.toBe(id);
});
