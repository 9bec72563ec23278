import { expect, test } from "vitest";
import type { SendResult } from "./portal-client";
import { createProgress } from "./progress";

function setUp() {
  const lines: string[] = [];
  const state = { samples: 0, oldestMs: null, dropped: 0, isDiskFailing: false };
  const progress = createProgress({
    say: (line) => lines.push(line),
    queue: { state: () => ({ ...state }) },
  });
  return { lines, state, progress };
}
const taken = (clockOffsetMs = 0): SendResult => ({
  kind: "taken",
  clockOffsetMs,
  answer: { service: "sightline", version: "1", accepted: 1, refused: {}, serverTimeMs: 0 },
});
const away: SendResult = { kind: "unreachable", sentence: "The portal refused the connection." };

test("one line when it fails, one when all has arrived, none between", () => {
  const { lines, state, progress } = setUp();
  progress.show(taken(), 5);
  for (let i = 0; i < 3; i++) progress.show(away, 448);
  state.samples = 600;
  progress.show(taken(), 448);
  state.samples = 0;
  progress.show(taken(), 152);
  progress.show(taken(), 1);
  expect(lines).toEqual([
    "! The portal refused the connection. Samples wait on this machine and are sent again.",
    "✓ The portal answers again, and has all: 600 samples were sent.",
  ]);
});

test("a wrong clock, a full spool and a failing disk are said once each", () => {
  const { lines, state, progress } = setUp();
  progress.show(taken(-90_000), 1);
  progress.show(taken(-90_000), 1);
  Object.assign(state, { dropped: 12, isDiskFailing: true });
  progress.show(taken(-90_000), 1);
  state.isDiskFailing = false;
  progress.show(taken(), 1);
  expect(lines.map((line) => line.split(":")[0])).toEqual([
    "! The clock of this machine is 90 s behind the portal's, so charts show its values at the wrong time",
    "! 12 samples are lost, the oldest",
    "! The disk takes no samples",
    "✓ The disk takes samples again.",
    "✓ The clock is right again.",
  ]);
});

test("of the sources, the one that is used, and when it is used no more", () => {
  const { lines, progress } = setUp();
  const say = (source: string, state: string) =>
    progress.collectorSays({ source, state }, `${source} ${state}`);
  say("nvml", "unavailable");
  say("smi", "active");
  say("smi", "unavailable");
  say("smi", "unavailable");
  progress.collectorSays("The collector does not answer and is killed");
  expect(lines).toEqual([
    "  smi active",
    "  smi unavailable",
    "  The collector does not answer and is killed",
  ]);
});
