import { expect, test } from "vitest";
import { AppError } from "@/server/errors";
import { answeringStore } from "./answering-store";

test("a failure of the database is a sentence, one of ours stays, and answers pass", async () => {
  const failure = new Error("connect ECONNREFUSED 10.0.0.7:5432");
  const store = answeringStore({
    read: (id: string) => Promise.resolve(`row ${id}`),
    fail: () => Promise.reject(failure),
    refuse: () => Promise.reject(new AppError("NOT_FOUND", "There is no such user.")),
  });
  expect(await store.read("7")).toBe("row 7");
  await expect(store.fail()).rejects.toMatchObject({ code: "UNAVAILABLE", cause: failure });
  await expect(store.fail()).rejects.not.toThrow("10.0.0.7");
  await expect(store.refuse()).rejects.toMatchObject({ code: "NOT_FOUND" });
});
