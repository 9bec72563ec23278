import { describe, expect, test } from "vitest";
import {
  describeError,
  isUnauthenticated,
  isWorthRetrying,
  requestIdOf,
  retryAfterSecondsOf,
} from "./describe-error";

const refused = Object.assign(new Error("the range may be 31 days at most"), {
  data: { code: "BAD_REQUEST", httpStatus: 400, requestId: "req_1" },
});
const lost = Object.assign(new Error("Failed to fetch"), { data: undefined });

describe("describeError", () => {
  test("gives the server's sentence, code and request id", () => {
    expect(describeError(refused)).toEqual({
      message: "the range may be 31 days at most",
      code: "BAD_REQUEST",
      requestId: "req_1",
    });
  });
  test("without an answer it says so, in words for a person", () => {
    expect(describeError(lost)).toMatchObject({ code: "NOT_REACHED", requestId: null });
    expect(describeError(lost).message).not.toContain("fetch");
  });
  test("anything can be thrown", () => {
    for (const thrown of [null, undefined, "text", 3, { data: "x" }])
      expect(requestIdOf(thrown)).toBeNull();
  });
});

test("only what may get better is tried again", () => {
  expect(isWorthRetrying(refused)).toBe(false);
  expect(isWorthRetrying(lost)).toBe(true);
  expect(isWorthRetrying({ data: { httpStatus: 503 } })).toBe(true);
});

test("an answer without a session, and how long to wait after too many tries", () => {
  expect(isUnauthenticated({ data: { httpStatus: 401 } })).toBe(true);
  for (const other of [refused, lost, null]) expect(isUnauthenticated(other)).toBe(false);
  expect(retryAfterSecondsOf({ data: { httpStatus: 429, retryAfterSeconds: 30 } })).toBe(30);
  for (const other of [refused, lost, { data: { retryAfterSeconds: "30" } }])
    expect(retryAfterSecondsOf(other)).toBeNull();
});
