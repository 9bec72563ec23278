interface ModelsSearch {
  /** Whose memory is computed; null: the default's. `own`: figures of one's own. */
  profile: string | null;
  /** Against which GPU; null: the first. */
  gpu: string | null;
}

const MAX_LENGTH = 128;

/** What the address of the models page says; what it cannot mean counts as absent. */
export function parseModelsSearch(params: Pick<URLSearchParams, "get">): ModelsSearch {
  return { profile: textOf(params.get("profile")), gpu: textOf(params.get("gpu")) };
}

function textOf(text: string | null): string | null {
  return text === null || text === "" || text.length > MAX_LENGTH ? null : text;
}
