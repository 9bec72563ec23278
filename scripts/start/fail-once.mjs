import { sentenceOf } from "./start-problem.mjs";

/** The one way out of an error, at start or later: a sentence, everything stopped, exit code 1. What comes after the first is silent. */
export function createFailOnce({ steps, stopping }) {
  let failed = false;
  function fail(error) {
    if (failed || stopping.signal.aborted) return;
    failed = true;
    steps.clear();
    if (error?.details) steps.say(error.details);
    steps.say(`✗ ${sentenceOf(error)}`);
    void stopping.stopWithError();
  }
  return { fail, hasFailed: () => failed };
}
