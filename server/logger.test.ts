import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { AppError } from "./errors";
import { createLogger, type Logger } from "./logger";

const CANARY = "canary-4711";

/** What one call of the logger wrote. */
function linesOf(write: (logger: Logger) => void): string {
  let text = "";
  const logger = createLogger(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString();
        done();
      },
    }),
  );
  write(logger);
  expect(text).toMatch(/^\{.*\}\n$/);
  return text;
}

test("a line has its time, level, message and service", () => {
  const text = linesOf((logger) => {
    logger.warn({ part: "x" }, "Slow");
  });
  expect(JSON.parse(text)).toEqual({
    level: "warn",
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
    service: "sightline",
    part: "x",
    message: "Slow",
  });
});

test("an error is written with type, code, message, stack and causes, and nothing else that hangs on it", () => {
  const cause = Object.assign(new TypeError("no connection"), {
    code: "ECONNREFUSED",
    detail: `Key (name)=(${CANARY}) exists.`,
    meta: { arguments: [CANARY] },
  });
  const error = Object.assign(new AppError("UNAVAILABLE", "Wait.", { cause }), { input: CANARY });
  const text = linesOf((logger) => {
    logger.error({ err: error }, "It failed");
  });
  expect(text).not.toContain(CANARY);
  expect((JSON.parse(text) as { err: unknown }).err).toEqual({
    type: "AppError",
    code: "UNAVAILABLE",
    message: "Wait.",
    stack: error.stack,
    cause: {
      type: "TypeError",
      code: "ECONNREFUSED",
      message: "no connection",
      stack: cause.stack,
    },
  });
});

test.each([
  `postgres://me:${CANARY}@10.0.0.7:5432/gpus`,
  `postgresql://me:a@${CANARY}@db/gpus`,
  `https://${CANARY}@text.example/health`,
])("the user and password of an address are written nowhere (%s)", (address) => {
  const cause = new Error(`Can't reach ${address}: closed`);
  const text = linesOf((logger) => {
    logger.error({ err: new Error("x", { cause }), address, deep: { a: [address] } }, address);
  });
  expect(text).not.toContain(CANARY);
  expect(text).toContain("://[redacted]@");
});

test.each([
  { password: CANARY },
  { settings: { databaseUrl: CANARY, password: CANARY } },
  { headers: { authorization: CANARY, cookie: CANARY, "set-cookie": CANARY, "x-api-key": CANARY } },
  { req: { headers: { authorization: CANARY, cookie: CANARY } } },
  { key: { token: CANARY, secret: CANARY, apiKey: CANARY, api_key: CANARY } },
])("the values of secret keys are not written (%j)", (fields) => {
  const text = linesOf((logger) => {
    logger.info(fields, "Line");
  });
  expect(text).not.toContain(CANARY);
  expect(text).toContain("[redacted]");
});

test("addresses without a user, and mail addresses, stay readable", () => {
  const text = linesOf((logger) => {
    logger.info("See http://127.0.0.1:3000/gpus, ask a@b.example");
  });
  expect(text).toContain("http://127.0.0.1:3000/gpus, ask a@b.example");
});

test("what is thrown and is no error is written as what it is", () => {
  const text = linesOf((logger) => {
    logger.info({ err: { meta: CANARY } }, "x");
  });
  expect(text).not.toContain(CANARY);
  expect(JSON.parse(text)).toMatchObject({ err: { type: "object" } });
});
