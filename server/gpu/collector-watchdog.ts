export interface Watchdog {
  /** A sign of life: count from here again, with this limit. */
  touch: (limitMs: number) => void;
  stop: () => void;
}

/** Calls `onSilence` once when there was no sign of life for `limitMs`. */
export function startWatchdog(limitMs: number, onSilence: () => void): Watchdog {
  let signs = 0;
  let isOver = false;
  let timer: NodeJS.Timeout;
  const arm = (waitMs: number) => {
    const seen = signs;
    timer = setTimeout(() => {
      // If this process itself was held up, the messages wait in the channel: they are read before the second check.
      setImmediate(() =>
        setImmediate(() => {
          if (isOver || seen !== signs) return;
          isOver = true;
          onSilence();
        }),
      );
    }, waitMs);
  };
  arm(limitMs);
  return {
    touch: (nextLimitMs) => {
      if (isOver) return;
      signs += 1;
      clearTimeout(timer);
      arm(nextLimitMs);
    },
    stop: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
