/** What is known of one address that is asked again and again. */
export interface AskedTarget<Target, Answer> {
  target: Target;
  state: "unknown" | "answers" | "fails";
  /** Why it fails, one clause. */
  detail: string;
  /** What it answered since the last round. */
  fresh: Answer | null;
}

export interface UpstreamRounds<Target, Answer> {
  targets: readonly Target[];
  intervalMs: number;
  /** Asks one address. What it throws becomes the detail, without its full stop. */
  ask: (target: Target, signal: AbortSignal) => Promise<Answer>;
  /** Ends each round. True = it was the last one. */
  onRound: (asked: readonly AskedTarget<Target, Answer>[]) => boolean;
}

/**
 * Asks all addresses at once, each interval. A round ends when all have answered, or with its interval: a slow one delays nobody, and
 * its answer comes with a later round. Returns what stops it at once.
 */
export function startUpstreamRounds<Target, Answer>(
  options: UpstreamRounds<Target, Answer>,
): () => void {
  type Entry = AskedTarget<Target, Answer> & { isAsked: boolean };
  const entries = options.targets.map((target): Entry => ({
    target,
    state: "unknown",
    detail: "",
    fresh: null,
    isAsked: false,
  }));
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    controller.abort();
    clearTimeout(timer);
  };

  const ask = async (entry: Entry) => {
    entry.isAsked = true;
    try {
      entry.fresh = await options.ask(entry.target, controller.signal);
      entry.state = "answers";
      entry.detail = "";
    } catch (error) {
      entry.state = "fails";
      entry.detail = error instanceof Error ? error.message.replace(/\.$/, "") : "fails";
    } finally {
      entry.isAsked = false;
    }
  };
  const round = () => {
    const startedMs = performance.now();
    let isEnded = false;
    const end = () => {
      if (isEnded || controller.signal.aborted) return;
      isEnded = true;
      clearTimeout(timer);
      const spentMs = performance.now() - startedMs;
      timer = setTimeout(round, Math.max(0, options.intervalMs - spentMs));
      const isLast = options.onRound(entries);
      for (const entry of entries) entry.fresh = null;
      if (isLast) stop();
    };
    timer = setTimeout(end, options.intervalMs);
    void Promise.all(entries.filter(({ isAsked }) => !isAsked).map(ask)).then(end);
  };
  timer = setTimeout(round, 0);
  return stop;
}
