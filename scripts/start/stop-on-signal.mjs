const HARD_LIMIT_MS = 9_500;

/**
 * SIGTERM, SIGINT (Ctrl-C) and SIGHUP end everything once; further signals change nothing. What is under way is
 * aborted, what runs is stopped, and after 9.5 s this process ends whatever has not. The exit code is 0 after a stop
 * that was asked for.
 */
export function stopOnSignal({ steps }) {
  const aborted = new AbortController();
  let stopServer = null;
  let starting = null;

  const stop = async (code) => {
    const timer = setTimeout(() => process.exit(1), HARD_LIMIT_MS);
    timer.unref();
    try {
      await starting?.catch(() => undefined);
      await stopServer?.();
      process.exit(code);
    } catch {
      process.exit(1);
    }
  };
  let stopping = null;
  const once = (code) => (stopping ??= stop(code));

  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(name, () => {
      if (stopping === null) {
        steps.clear();
        steps.say("Stopping …");
      }
      aborted.abort();
      void once(0);
    });
  }

  return {
    signal: aborted.signal,
    /** A start under way, which gives up on `signal`. It is waited for, then what it started is stopped. */
    track: async (promise) => {
      starting = promise.then((server) => (stopServer = () => server.stop()));
      await starting;
      if (aborted.signal.aborted) await new Promise(() => undefined); // the stop ends this process
      return promise;
    },
    /** For an end by an error: the same stop, with exit code 1. */
    stopWithError: () => once(1),
  };
}
