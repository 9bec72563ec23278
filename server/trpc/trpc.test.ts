import { describe, expect, test } from "vitest";
import { AppError, type AppErrorCode } from "@/server/errors";
import { type Actor, nobody } from "@/server/policy/policy";
import type { Context } from "./context";
import { createCallerFactory, createTRPCRouter, publicProcedure, viewerProcedure } from "./trpc";

function contextAs(role: Actor["role"]): Context {
  return {
    requestId: "r",
    actor: { ...nobody, role, via: "session" },
    signal: new AbortController().signal,
    nowMs: () => 0,
  } as unknown as Context;
}

describe("the procedures that routers are made of", () => {
  test.each<[AppErrorCode, string]>([
    ["INVALID", "BAD_REQUEST"],
    ["UNAUTHENTICATED", "UNAUTHORIZED"],
    ["FORBIDDEN", "FORBIDDEN"],
    ["NOT_FOUND", "NOT_FOUND"],
    ["TOO_LARGE", "PAYLOAD_TOO_LARGE"],
    ["TOO_MANY", "TOO_MANY_REQUESTS"],
    ["UNAVAILABLE", "SERVICE_UNAVAILABLE"],
    ["UPSTREAM", "BAD_GATEWAY"],
  ])(
    "an AppError %s that a verb throws reaches the caller as %s with its sentence",
    async (...row) => {
      const [code, expected] = row;
      const router = createTRPCRouter({
        fail: publicProcedure.query(() => {
          throw new AppError(code, "Do this.");
        }),
      });
      const caller = createCallerFactory(router)(contextAs("admin"));
      await expect(caller.fail()).rejects.toMatchObject({ code: expected, message: "Do this." });
    },
  );

  test("a weaker role than the policy is refused before the verb runs", async () => {
    let runs = 0;
    const router = createTRPCRouter({ read: viewerProcedure.query(() => (runs += 1)) });
    const create = createCallerFactory(router);
    await expect(create(contextAs("public")).read()).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(runs).toBe(0);
    expect(await create(contextAs("viewer")).read()).toBe(1);
  });
});
