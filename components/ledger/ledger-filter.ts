import type { ValidationOutcome } from "@/domain/tokens/validation-record";

/** Which validations are listed; null: all. */
export interface LedgerFilter {
  service: string | null;
  model: string | null;
  outcome: ValidationOutcome | null;
  only: "truncated" | "cut" | null;
  requestId: string | null;
}

const outcomes: readonly ValidationOutcome[] = ["ok", "warning", "over"];
const onlys = ["truncated", "cut"] as const;
const MAX_NAME_LENGTH = 128;

/** What the address says of it; what it cannot mean counts as absent. */
export function parseLedgerFilter(params: Pick<URLSearchParams, "get">): LedgerFilter {
  const requestId = params.get("request");
  return {
    service: nameOf(params.get("service")),
    model: nameOf(params.get("model")),
    outcome: outcomes.find((outcome) => outcome === params.get("outcome")) ?? null,
    only: onlys.find((only) => only === params.get("only")) ?? null,
    requestId: requestId !== null && isRequestId(requestId) ? requestId : null,
  };
}

/** As the server takes it: letters, digits and . _ : - only. */
export function isRequestId(text: string): boolean {
  return /^[A-Za-z0-9._:-]{1,128}$/.test(text);
}

/** The filter as the procedure and the export take it. */
export function ledgerConditions({ service, model, outcome, only, requestId }: LedgerFilter) {
  return {
    ...(service !== null && { service }),
    ...(model !== null && { model }),
    ...(outcome !== null && { outcome }),
    ...(only !== null && { only }),
    ...(requestId !== null && { requestId }),
  };
}

/** The change of the address that drops it. */
export const noLedgerFilter = {
  service: null,
  model: null,
  outcome: null,
  only: null,
  request: null,
} as const;

function nameOf(text: string | null): string | null {
  const name = (text ?? "").trim();
  const isPossible = name !== "" && name.length <= MAX_NAME_LENGTH && !/\p{Cc}/u.test(name);
  return isPossible ? name : null;
}
