import { initTRPC, TRPCError } from "@trpc/server";
import { type AppErrorCode, isAppError } from "@/server/errors";
import { validationSentence } from "@/server/http/error-answer";
import { isAllowed, type Policy, refusalOf } from "@/server/policy/policy";
import type { Context } from "./context";

const trpcCodes: Record<AppErrorCode, TRPCError["code"]> = {
  INVALID: "BAD_REQUEST",
  UNAUTHENTICATED: "UNAUTHORIZED",
  FORBIDDEN: "FORBIDDEN",
  NOT_FOUND: "NOT_FOUND",
  TOO_LARGE: "PAYLOAD_TOO_LARGE",
  TOO_MANY: "TOO_MANY_REQUESTS",
  UNAVAILABLE: "SERVICE_UNAVAILABLE",
  UPSTREAM: "BAD_GATEWAY",
};

// No transformer: superjson answers a quarter of the requests. Times travel as epoch milliseconds.
const t = initTRPC
  .context<Context>()
  .meta<{ policy: Policy }>()
  .create({
    isDev: false, // or every answer carries a stack unless NODE_ENV is "production"
    errorFormatter: ({ shape, error, ctx }) => ({
      ...shape,
      message: messageOf(error, shape.data.httpStatus),
      data: {
        ...shape.data,
        requestId: ctx?.requestId ?? null,
        ...retryAfterOf(error.cause),
      },
    }),
  });

/** When another try may succeed, for pages that count down to it. */
function retryAfterOf(cause: unknown): { retryAfterSeconds?: number } {
  if (!isAppError(cause) || cause.retryAfterSeconds === null) return {};
  return { retryAfterSeconds: cause.retryAfterSeconds };
}

/** Our own sentences, and those about an input; the text of any other failure of the server stays inside. */
function messageOf({ cause, message }: TRPCError, httpStatus: number): string {
  if (isAppError(cause)) return message;
  if (httpStatus >= 500) return "Internal error";
  return validationSentence(cause, "input") ?? message;
}

/** The one place where an error of ours becomes one of tRPC's. */
const mapErrors = t.middleware(async ({ next }) => {
  const result = await next();
  if (!result.ok && isAppError(result.error.cause)) {
    const { code, message } = result.error.cause;
    throw new TRPCError({ code: trpcCodes[code], message, cause: result.error.cause });
  }
  return result;
});

function procedureFor(policy: Policy) {
  return t.procedure
    .meta({ policy })
    .use(mapErrors)
    .use(({ ctx, next }) => {
      if (isAllowed(ctx.actor, policy)) return next();
      const { code, message } = refusalOf(ctx.actor, policy);
      throw new TRPCError({ code: trpcCodes[code], message });
    });
}

export const createTRPCRouter = t.router;
export const mergeRouters = t.mergeRouters;
export const createCallerFactory = t.createCallerFactory;
// The bare procedure stays in here: whoever adds a procedure chooses who may call it.
export const publicProcedure = procedureFor("public");
export const viewerProcedure = procedureFor("viewer");
/** A person about their own account. */
export const accountProcedure = procedureFor("account");
/** Who may read, and services with an ingest key, about their own prompts. */
export const servicesProcedure = procedureFor("services");
/** Stored prompt text. */
export const promptsProcedure = procedureFor("prompts");
export const ingestProcedure = procedureFor("ingest");
export const adminProcedure = procedureFor("admin");
