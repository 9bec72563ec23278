import { expect, test } from "vitest";
import { migProfile } from "./mig-profile";

test.each([
  ["NVIDIA H100 80GB HBM3 MIG 1g.10gb", "1g.10gb"],
  ["NVIDIA A100-SXM4-40GB MIG 1c.3g.20gb", "1c.3g.20gb"],
  ["NVIDIA A100-SXM4-40GB MIG 1g.5gb+me", "1g.5gb+me"],
  ["NVIDIA H100 80GB HBM3", null],
  ["MIG 1g.10gb of something", null],
  [null, null],
])("%s: %s", (name, profile) => {
  expect(migProfile(name, null)).toBe(profile);
});

test.each([
  [{ gpuSlices: 1, computeSlices: 1, memoryMib: 9_984 }, "1g.10gb"],
  [{ gpuSlices: 3, computeSlices: 1, memoryMib: 19_968 }, "1c.3g.20gb"],
  [{ gpuSlices: 7, computeSlices: 7, memoryMib: 40_192 }, "7g.39gb"],
  [{ gpuSlices: 0, computeSlices: 0, memoryMib: 0 }, null],
  [{ gpuSlices: 4_294_967_295, computeSlices: 1, memoryMib: 1 }, null],
])("by size: %j is %s", (size, profile) => {
  expect(migProfile("an unknown name", size)).toBe(profile);
});
