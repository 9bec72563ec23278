import { expect, test } from "vitest";
import type { SourceStatus } from "@/domain/gpu/source-status";
import { createSuspicion } from "./collector-suspects";

const status = (source: SourceStatus["source"], state: SourceStatus["state"]): SourceStatus => ({
  source,
  state,
  detail: "x",
  checkedAtMs: 1,
});
const withNvml = [status("nvml", "active"), status("smi", "standby")];
const silence = { wasSilent: true, reason: "SIGKILL", sources: withNvml };

function suspicion() {
  const clock = { nowMs: 1_000_000 };
  return { clock, suspicion: createSuspicion({ nowMs: () => clock.nowMs }) };
}

test("silence and crashes of a library are its doing; an exit, a kill from outside and other sources are not", () => {
  const suspectsAfter = (end: Partial<typeof silence>) => {
    const { suspicion: fresh } = suspicion();
    fresh.note({ ...silence, ...end });
    return fresh.now().suspects;
  };
  expect(suspectsAfter({})).toEqual(["nvml"]);
  expect(suspectsAfter({ wasSilent: false, reason: "SIGSEGV" })).toEqual(["nvml"]);
  expect(suspectsAfter({ sources: [] })).toEqual(["nvml"]); // hung before its first word
  expect(suspectsAfter({ wasSilent: false })).toEqual([]);
  expect(suspectsAfter({ wasSilent: false, reason: "code 1" })).toEqual([]);
  expect(suspectsAfter({ sources: [status("smi", "active")] })).toEqual([]);
});

test("the pause runs out, grows with each time, has an end, and is forgotten", () => {
  const { clock, suspicion: one } = suspicion();
  const pauses = Array.from({ length: 8 }, () => {
    one.note(silence);
    return one.now().suspectPauseMs / 1_000;
  });
  expect(pauses).toEqual([30, 60, 120, 240, 480, 600, 600, 600]);
  clock.nowMs += 599_000;
  expect(one.now()).toEqual({ suspects: ["nvml"], suspectPauseMs: 1_000 });
  clock.nowMs += 1_000;
  expect(one.now()).toEqual({ suspects: [], suspectPauseMs: 0 });
  clock.nowMs += 1_800_000;
  one.note(silence);
  expect(one.now().suspectPauseMs).toBe(30_000);
});
