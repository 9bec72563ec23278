import { describe, expect, test } from "vitest";
import { readXpuDevices, XpuTicks } from "./xpu-csv";

const devices = readXpuDevices(
  'Device ID,Device Name,UUID,Memory Physical Size\n0,"Intel(R) Data Center GPU, Flex 170","00000000-0000-0000-0000-020a00008086","14248.00 MiB"\n1,"Intel(R) Graphics [0x56c0]","","N/A"\nError: x\n',
);
const header =
  "Timestamp, DeviceId, GPU Utilization (%), GPU Power (W), GPU Core Temperature (Celsius Degree), GPU Memory Used (MiB), PCIe Read (kB/s)";

describe("xpu-smi", () => {
  test("devices", () => {
    expect(devices).toEqual([
      {
        id: 0,
        name: "Intel(R) Data Center GPU, Flex 170",
        uuid: "00000000-0000-0000-0000-020a00008086",
        memoryTotalMib: 14248,
      },
      { id: 1, name: "Intel(R) Graphics [0x56c0]", uuid: null, memoryTotalMib: null },
    ]);
  });

  test("a tick is complete with all devices; N/A and an empty cell are no 0", () => {
    const ticks = new XpuTicks(devices);
    expect(ticks.push(header)).toBeNull();
    expect(ticks.push("06:14:46.000,    0, 37.50, 61.20, 44.00, 4096.25, 700")).toBeNull();
    const [first, second] = ticks.push("06:14:46.000,    1, 0.00, N/A, , ERR, 0")!;
    expect(first).toMatchObject({
      gpuUuid: "INTEL-00000000-0000-0000-0000-020a00008086",
      gpuIndex: 0,
      vendor: "intel",
      memoryKind: "dedicated",
      values: {
        utilizationPercent: 37.5,
        powerWatts: 61.2,
        temperatureCelsius: 44,
        memoryUsedMib: 4096.25,
        memoryTotalMib: 14248,
        pcieReceiveKbPerSecond: 700,
      },
    });
    expect(second).toMatchObject({
      gpuUuid: "INTEL-1",
      memoryKind: null,
      values: { utilizationPercent: 0, powerWatts: null, pcieReceiveKbPerSecond: 0 },
      missing: {
        powerWatts: "not_supported",
        temperatureCelsius: "not_supported",
        memoryUsedMib: "read_error",
        memoryTotalMib: "not_offered",
      },
    });
  });

  test("a device that is silent does not hold back the others", () => {
    const ticks = new XpuTicks(devices);
    ticks.push(header);
    ticks.push("06:14:46.000, 0, 1, 2, 3, 4, 5");
    expect(ticks.push("06:14:47.000, 0, 1, 2, 3, 4, 5")).toHaveLength(1);
  });

  test("lines of another form, before the header, or of an unknown device are passed over", () => {
    const ticks = new XpuTicks(devices);
    expect(ticks.push("06:14:46.000, 0, 1, 2, 3, 4, 5")).toBeNull();
    ticks.push(header);
    for (const line of [
      "",
      "Error",
      "06:14:46.000, 9, 1, 2, 3, 4, 5",
      "06:14:46.000, 0, 1",
      "x".repeat(100_000),
    ]) {
      expect(ticks.push(line)).toBeNull();
    }
  });
});
