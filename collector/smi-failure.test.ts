import { expect, test } from "vitest";
import { describeSmiEnd, type SmiEnd } from "./smi-failure";

const plain: SmiEnd = { code: 1, signal: null, startError: null, lines: [], isNamedPath: false };

test.each<[Partial<SmiEnd>, string]>([
  [{ startError: "ENOENT" }, "nvidia-smi is not on PATH"],
  [{ startError: "ENOENT", isNamedPath: true }, "NVIDIA_SMI_PATH names no file"],
  [{ startError: "EACCES", isNamedPath: true }, "NVIDIA_SMI_PATH names a file that may not be run"],
  [{ startError: "EAGAIN" }, "nvidia-smi could not be started (EAGAIN)"],
  [{ code: 6, lines: ["No devices were found"] }, "nvidia-smi found no devices"],
  [{ code: 9 }, "nvidia-smi cannot reach the NVIDIA driver"],
  [
    { code: 1, lines: ["Failed to initialize NVML: Driver/library version mismatch"] },
    "the NVIDIA driver and its library differ in version: restart the machine",
  ],
  [{ code: 15 }, "nvidia-smi lost a GPU: restart the machine"],
  [{ code: null, signal: "SIGSEGV" }, "nvidia-smi was ended by SIGSEGV"],
  [{ code: 0 }, "nvidia-smi ended by itself"],
  [{ code: 77, lines: ["/home/someone/secret"] }, "nvidia-smi ended with code 77"],
])("%j → %s", (end, says) => {
  expect(describeSmiEnd({ ...plain, ...end })).toBe(says);
});
