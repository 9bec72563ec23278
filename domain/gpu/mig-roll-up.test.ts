import { expect, test } from "vitest";
import { gpuSample } from "@/fixtures/gpu-samples";
import { rollUpMig } from "./mig-roll-up";

const parent = gpuSample({ gpuUuid: "GPU-1" });
const instance = (
  gpuUuid: string,
  memoryUsedMib: number | null,
  parentUuid: string | null = "GPU-1",
) =>
  gpuSample({
    gpuUuid,
    parentUuid,
    migProfile: "1g.10gb",
    values: { memoryUsedMib, memoryTotalMib: 9_984, computeProcessesCount: 1 },
  });

test("sums the instances of this GPU alone", () => {
  const samples = [parent, instance("MIG-1", 100), instance("MIG-2", 50)];
  expect(rollUpMig(parent, [...samples, instance("MIG-3", 999, "GPU-2")])).toEqual({
    instanceCount: 2,
    memoryUsedMib: 150,
    memoryTotalMib: 19_968,
    computeProcessesCount: 2,
  });
});

test("what one instance does not tell, the sum does not know", () => {
  const rolled = rollUpMig(parent, [instance("MIG-1", 100), instance("MIG-2", null)]);
  expect(rolled).toMatchObject({ instanceCount: 2, memoryUsedMib: null, memoryTotalMib: 19_968 });
});

test("a GPU without instances has none", () => {
  expect(rollUpMig(parent, [parent])).toBeNull();
});
