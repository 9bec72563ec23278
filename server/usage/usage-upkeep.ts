const OFTEN_MS = 5_000;
const HOUR_MS = 3_600_000;

interface UpkeepOptions {
  /** Until it was done once. */
  atStart: () => Promise<void>;
  /** Every 5 s, and soon after reports of this portal. */
  often: readonly (() => Promise<void>)[];
  hourly: () => Promise<void>;
  /** Called when it begins to fail (with the error) and when it works again (null). */
  onStateChange: (error: unknown) => void;
}

export interface Upkeep {
  /** Runs what is done often, as something has changed. */
  soon(): void;
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** Repeats small work that follows the database. One run at a time; the first begins at once. */
export function runUpkeep({ atStart, often, hourly, onStateChange }: UpkeepOptions): Upkeep {
  let isStarted = false;
  let isFailing = false;
  let isStopped = false;
  /** How often it was asked for. */
  let asked = 0;
  let prunedAtMs = -Infinity;
  let running: Promise<void> | null = null;

  async function once(): Promise<void> {
    for (const work of often) await work();
    if (!isStarted) await atStart();
    isStarted = true;
    if (performance.now() - prunedAtMs < HOUR_MS) return;
    prunedAtMs = performance.now();
    await hourly();
  }

  async function run(): Promise<void> {
    let seen: number;
    do {
      seen = asked;
      const error = await once().then(
        () => null,
        (reason: unknown) => reason,
      );
      if (isFailing !== (error !== null)) onStateChange(error);
      isFailing = error !== null;
    } while (seen !== asked && !isFailing && !isStopped);
    running = null;
  }

  function soon(): void {
    if (isStopped) return;
    asked++;
    running ??= run();
  }

  const timer = setInterval(soon, OFTEN_MS);
  timer.unref();
  soon();
  return {
    soon,
    settled: async () => {
      while (running) await running;
    },
    async stop() {
      isStopped = true;
      clearInterval(timer);
      while (running) await running;
    },
  };
}
