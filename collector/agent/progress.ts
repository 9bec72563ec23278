import type { SendResult } from "./portal-client";
import type { SampleQueue } from "./sample-queue";

const CLOCK_LIMIT_MS = 5_000;

/** What the person at the terminal is told: one line a change, not one a try. */
export function createProgress(options: {
  say: (line: string) => void;
  queue: Pick<SampleQueue, "state">;
}) {
  const { say, queue } = options;
  let lastTrouble: string | null = null;
  let sentSinceTrouble = 0;
  let isClockOff = false;
  let isDiskFailing = false;
  let dropped = 0;
  let activeSource: unknown = null;

  function showClock(offsetMs: number): void {
    const isOff = Math.abs(offsetMs) > CLOCK_LIMIT_MS;
    if (isOff === isClockOff) return;
    isClockOff = isOff;
    const seconds = Math.round(Math.abs(offsetMs) / 1_000);
    const side = offsetMs > 0 ? "ahead of" : "behind";
    say(
      isOff
        ? `! The clock of this machine is ${seconds} s ${side} the portal's, so charts show its values at the wrong time: set both by NTP.`
        : "✓ The clock is right again.",
    );
  }

  function showQueue(): void {
    const state = queue.state();
    if (state.dropped > dropped)
      say(
        `! ${state.dropped - dropped} samples are lost, the oldest: the spool is full, and GPU_SPOOL_MAX_MIB is its limit.`,
      );
    dropped = state.dropped;
    if (state.isDiskFailing !== isDiskFailing)
      say(
        state.isDiskFailing
          ? "! The disk takes no samples: they wait in memory only, so free space or correct the rights of the data folder."
          : "✓ The disk takes samples again.",
      );
    isDiskFailing = state.isDiskFailing;
  }

  function showTaken(sent: number): void {
    if (lastTrouble === null) return;
    sentSinceTrouble += sent;
    const { samples } = queue.state();
    if (samples > sent && samples > 100) return; // still catching up
    say(`✓ The portal answers again, and has all: ${sentSinceTrouble} samples were sent.`);
    lastTrouble = null;
    sentSinceTrouble = 0;
  }

  return {
    show(result: SendResult, sent: number): void {
      showQueue();
      if (result.kind === "taken") {
        showClock(result.clockOffsetMs);
        showTaken(sent);
        return;
      }
      if (result.sentence === lastTrouble) return;
      lastTrouble = result.sentence;
      say(`! ${result.sentence} Samples wait on this machine and are sent again.`);
    },
    /** What the supervisor of the collector says: text, or facts and text. Of the sources, the one that is or was used. */
    collectorSays: (first: unknown, text?: unknown): void => {
      const line = text ?? first;
      const { source, state } = Object(first) as { source?: unknown; state?: unknown };
      const isNews = state === undefined || state === "active" || source === activeSource;
      if (state === "active") activeSource = source;
      else if (source === activeSource) activeSource = null;
      if (typeof line === "string" && isNews) say(`  ${line}`);
    },
    showEnd(): void {
      const { samples } = queue.state();
      if (samples > 0) say(`  ${samples} samples are kept on disk for the next start.`);
    },
  };
}
