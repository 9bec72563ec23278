import { type BodyRule, jsonBody, longJsonBody } from "@/server/http/body-rule";

/** What the body of a call may be, by the name of its procedure or the names of a batch: longer where all of them take prompts. */
export function bodyOfProcedures(names: string): BodyRule {
  return names.split(",").every((name) => name.startsWith("tokens.")) ? longJsonBody : jsonBody;
}
