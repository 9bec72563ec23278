export interface StallTimer {
  /** Something came: count from here again, with this limit from now on if one is given. */
  touch: (limitMs?: number) => void;
  stop: () => void;
}

/** Calls `onStall` once when nothing was touched for `limitMs`. */
export function startStallTimer(limitMs: number, onStall: () => void): StallTimer {
  let limit = limitMs;
  let touches = 0;
  let isStopped = false;
  let timer: NodeJS.Timeout;

  const arm = () => {
    const seen = touches;
    timer = setTimeout(() => {
      // If this process itself was held up, what came meanwhile waits in the pipe: it is read and published (one
      // turn of the event loop each) before this judges.
      setImmediate(() =>
        setImmediate(() => {
          if (isStopped || seen !== touches) return;
          isStopped = true;
          onStall();
        }),
      );
    }, limit);
  };
  arm();
  return {
    touch: (newLimitMs) => {
      if (isStopped) return;
      if (newLimitMs !== undefined) limit = newLimitMs;
      touches += 1;
      clearTimeout(timer);
      arm();
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
