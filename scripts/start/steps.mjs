import { performance } from "node:perf_hooks";

const REDRAW_MS = 1_000;
const SHOW_SECONDS_FROM_MS = 1_000;

/**
 * What the person at the terminal sees: one line a step, on stderr, since stdout belongs to the log. In a terminal the
 * step under way counts its seconds; elsewhere its line appears when it is done.
 */
export function createSteps(stream = process.stderr) {
  const isTerminal = Boolean(stream.isTTY);
  let current = null;

  /** Forgets the step under way without a line. */
  const clear = () => {
    if (current === null) return;
    clearInterval(current.timer);
    current = null;
    if (isTerminal) stream.write("\r\u001b[K");
  };
  const say = (text) => {
    if (isTerminal) stream.write("\r\u001b[K");
    stream.write(`${text}\n`);
  };
  /** The step under way is done: "✓ migrations: 2 applied (1.2 s)". */
  const end = (detail) => {
    if (current === null) return;
    const { name, startedMs } = current;
    const elapsedMs = performance.now() - startedMs;
    clear();
    const time = elapsedMs < SHOW_SECONDS_FROM_MS ? "" : ` (${(elapsedMs / 1_000).toFixed(1)} s)`;
    say(`✓ ${name}${detail ? `: ${detail}` : ""}${time}`);
  };
  /** A step that is done when the answered function is called, or when the next one begins. */
  const begin = (name) => {
    end();
    const startedMs = performance.now();
    const draw = () => {
      const seconds = Math.round((performance.now() - startedMs) / 1_000);
      stream.write(`\r\u001b[K  ${name} … ${seconds} s`);
    };
    const step = { name, startedMs, timer: isTerminal ? setInterval(draw, REDRAW_MS) : null };
    current = step;
    return (detail) => {
      if (current === step) end(detail);
    };
  };
  /** `work` as one step; `describe` turns its result into the detail of the line. */
  const run = async (name, work, describe = () => "") => {
    const done = begin(name);
    const result = await work();
    done(describe(result));
    return result;
  };

  return { begin, end, run, say, clear, isTerminal };
}
