import * as z from "zod";
import { expect, test } from "vitest";
import { AppError, type AppErrorCode } from "@/server/errors";
import { errorAnswer, httpErrorOf, validationSentence } from "./error-answer";

function bodyOf(thrown: unknown) {
  const answer = errorAnswer(httpErrorOf(thrown), "req-1");
  return { status: answer.status, body: JSON.parse(answer.body.toString()) as unknown };
}

test.each<[AppErrorCode, number]>([
  ["INVALID", 422],
  ["UNAUTHENTICATED", 401],
  ["FORBIDDEN", 403],
  ["NOT_FOUND", 404],
  ["TOO_LARGE", 413],
  ["TOO_MANY", 429],
  ["UNAVAILABLE", 503],
  ["UPSTREAM", 502],
])("an AppError %s is answered with %d, its sentence and the request id", (code, status) => {
  expect(bodyOf(new AppError(code, "Do this."))).toEqual({
    status,
    body: { error: { code, message: "Do this.", request_id: "req-1" } },
  });
});

test("a failed validation names each field", () => {
  const parsed = z.object({ limit: z.int(), deep: z.object({ a: z.string() }) }).safeParse({
    limit: "x",
    deep: {},
  });
  expect(bodyOf(parsed.error)).toEqual({
    status: 422,
    body: {
      error: {
        code: "INVALID",
        message: expect.stringContaining("limit: ") as string,
        request_id: "req-1",
        fields: [
          { field: "limit", message: expect.any(String) as string },
          { field: "deep.a", message: expect.any(String) as string },
        ],
      },
    },
  });
});

test.each([
  new Error("connect ECONNREFUSED 10.0.0.7:5432"),
  new TypeError("secret"),
  "secret",
  null,
  undefined,
])("the text of anything else stays inside (%s)", (thrown) => {
  const { status, body } = bodyOf(thrown);
  expect(status).toBe(500);
  expect(JSON.stringify(body)).not.toMatch(/secret|10\.0\.0\.7|stack/i);
  expect(body).toMatchObject({ error: { code: "INTERNAL", request_id: "req-1" } });
});

test("a field that nobody knows is not repeated: its name may be a secret that was put in the wrong place", () => {
  const input = z.strictObject({ id: z.string() }).safeParse({ id: "1", "hunter2-hunter2": true });
  expect(httpErrorOf(input.error, "input")).toMatchObject({
    status: 422,
    message: "input: has a field that is not known here; /api/docs names those that are",
  });
  expect(validationSentence(input.error, "input")).not.toContain("hunter2");
});
