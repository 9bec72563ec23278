import type { AnyTRPCRouter } from "@trpc/server";
import * as z from "zod";
import { isPolicy, type Policy } from "@/server/policy/policy";

/** One procedure of the running router, as far as an address and a description need it. */
export interface ListedProcedure {
  /** `gpu.pressureWebhooks.create`. */
  path: string;
  type: "query" | "mutation";
  policy: Policy;
  /** Null: it takes nothing. */
  input: z.ZodType | null;
  output: z.ZodType;
}

interface Definition {
  type: string;
  meta?: { policy?: unknown };
  inputs?: readonly unknown[];
  output?: unknown;
}

/**
 * Every query and mutation of the router. Throws an Error that names the first one whose input or answer has no schema of zod: it
 * could be neither read from an address nor described.
 */
export function listProcedures(router: AnyTRPCRouter): ListedProcedure[] {
  const procedures = router._def.procedures as Record<string, { _def: Definition }>;
  return Object.entries(procedures).map(([path, { _def: definition }]) => {
    const { type, meta, inputs = [], output } = definition;
    if (type !== "query" && type !== "mutation")
      throw new Error(`The procedure ${path} is a ${type}: only queries and mutations are REST.`);
    if (!isPolicy(meta?.policy)) throw new Error(`The procedure ${path} declares no policy.`);
    if (!isSchema(output)) throw new Error(`The procedure ${path} declares no output.`);
    const [input = null, ...more] = inputs;
    if (more.length > 0 || (input !== null && !isSchema(input)))
      throw new Error(`The procedure ${path} must have one input, a schema of zod.`);
    return { path, type, policy: meta.policy, input, output };
  });
}

function isSchema(value: unknown): value is z.ZodType {
  return value instanceof z.ZodType;
}
