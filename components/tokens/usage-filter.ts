/** Of what the figures are; null: of all. */
export interface UsageFilter {
  service: string | null;
  model: string | null;
}

const MAX_NAME_LENGTH = 128;

/** What the address says of it; a name that none can have counts as absent. */
export function parseUsageFilter(params: Pick<URLSearchParams, "get">): UsageFilter {
  return { service: nameOf(params.get("service")), model: nameOf(params.get("model")) };
}

function nameOf(text: string | null): string | null {
  const name = (text ?? "").trim();
  const isPossible = name !== "" && name.length <= MAX_NAME_LENGTH && !/\p{Cc}/u.test(name);
  return isPossible ? name : null;
}

/** The filter as procedures take it. */
export function usageConditions({ service, model }: UsageFilter) {
  return { ...(service !== null && { service }), ...(model !== null && { model }) };
}
