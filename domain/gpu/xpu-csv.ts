import type { GpuReading } from "./collector-message";
import type { GpuMetric } from "./gpu-metric";
import { emptyReading } from "./gpu-sample";

/** Numbers of the metrics for `xpu-smi dump --metrics`, the same in all releases (doc/smi_user_guide.md, docs/sphinx/xpu-smi/dump.rst). */
export const xpuMetricIds = [0, 1, 2, 3, 8, 17, 18, 19, 20, 29, 30];

/** Properties for `xpu-smi discovery --dump`: device, name, UUID, memory size. */
export const xpuPropertyIds = [1, 2, 4, 16];

/** Column titles without their unit, lower case. PCIe is seen from the GPU: what it reads it receives. */
const columns = new Map<string, GpuMetric>([
  ["gpu utilization", "utilizationPercent"],
  ["gpu power", "powerWatts"],
  ["gpu frequency", "smClockMhz"],
  ["gpu core temperature", "temperatureCelsius"],
  ["gpu energy consumed", "energyJoules"],
  ["gpu memory bandwidth utilization", "memoryBandwidthPercent"],
  ["gpu memory used", "memoryUsedMib"],
  ["pcie read", "pcieReceiveKbPerSecond"],
  ["pcie write", "pcieTransmitKbPerSecond"],
  ["gpu memory errors correctable", "eccCorrectedCount"],
  ["gpu memory errors uncorrectable", "eccUncorrectedCount"],
]);

export interface XpuDevice {
  id: number;
  name: string | null;
  uuid: string | null;
  memoryTotalMib: number | null;
}

const MAX_DEVICES = 256;

/** Reads the CSV of `xpu-smi discovery --dump 1,2,4,16`: `0,"Intel(R) Graphics [0x56c0]",…`. What is no line of it is passed over. */
export function readXpuDevices(text: string): XpuDevice[] {
  const devices = new Map<number, XpuDevice>();
  for (const line of text.split("\n").slice(0, 4 * MAX_DEVICES)) {
    const [id = "", name = "", uuid = "", memory = ""] = csvCells(line);
    if (!/^\d{1,4}$/.test(id) || devices.size >= MAX_DEVICES) continue;
    const mib = /^(\d{1,12}(?:\.\d{1,6})?) ?MiB$/.exec(memory)?.[1];
    devices.set(Number(id), {
      id: Number(id),
      name: name === "" ? null : name.slice(0, 255),
      uuid: /^[\da-fA-F-]{8,90}$/.test(uuid) ? uuid : null,
      memoryTotalMib: mib === undefined ? null : Math.round(Number(mib)),
    });
  }
  return [...devices.values()];
}

/**
 * Puts the lines of a running `xpu-smi dump` together into ticks of all devices: a header, then a line each device and second. A tick
 * is complete with as many devices as there are, or when one of them comes again. Unproven on hardware.
 */
export class XpuTicks {
  readonly #devices: ReadonlyMap<number, XpuDevice>;
  #columns: (GpuMetric | null)[] | null = null;
  #deviceColumn = -1;
  #rows = new Map<number, GpuReading>();

  constructor(devices: readonly XpuDevice[]) {
    this.#devices = new Map(devices.map((device) => [device.id, device]));
  }

  /** Takes one line. Answers the tick that it completed, or null. */
  push(line: string): GpuReading[] | null {
    const cells = csvCells(line);
    const deviceColumn = cells.findIndex((cell) => /^device ?id$/i.test(cell));
    if (deviceColumn >= 0) {
      this.#deviceColumn = deviceColumn;
      this.#columns = cells.map((cell) => columns.get(titleOf(cell)) ?? null);
      return this.#take();
    }
    if (this.#columns?.length !== cells.length) return null;
    const device = this.#devices.get(Number(cells[this.#deviceColumn] ?? NaN));
    if (device === undefined) return null;
    const completed = this.#rows.has(device.id) ? this.#take() : null;
    this.#rows.set(device.id, readRow(device, { columns: this.#columns, cells }));
    return this.#rows.size >= this.#devices.size ? this.#take() : completed;
  }

  #take(): GpuReading[] | null {
    const rows = [...this.#rows.values()];
    this.#rows = new Map();
    return rows.length === 0 ? null : rows;
  }
}

function readRow(
  device: XpuDevice,
  row: { columns: readonly (GpuMetric | null)[]; cells: readonly string[] },
): GpuReading {
  const { values, missing } = emptyReading("not_offered");
  const set = (metric: GpuMetric, value: number) => {
    values[metric] = value;
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the key is one of ours, and a value has no reason
    delete missing[metric];
  };
  row.columns.forEach((metric, position) => {
    if (metric === null) return;
    const cell = row.cells[position] ?? "";
    if (/^-?\d{1,20}(?:\.\d{1,9})?$/.test(cell)) set(metric, Number(cell));
    else missing[metric] = cell === "" || /^N\/A$/i.test(cell) ? "not_supported" : "read_error";
  });
  const { memoryTotalMib } = device;
  if (memoryTotalMib !== null && memoryTotalMib > 0) set("memoryTotalMib", memoryTotalMib);
  return {
    gpuUuid: `INTEL-${device.uuid ?? device.id}`,
    gpuIndex: device.id,
    gpuName: device.name,
    vendor: "intel",
    memoryKind: values.memoryTotalMib === null ? null : "dedicated",
    parentUuid: null,
    migProfile: null,
    values,
    missing,
  };
}

function titleOf(cell: string): string {
  return cell.replace(/ ?\([^()]*\)$/, "").toLowerCase();
}

/** Cells between commas, quoted or not, without white space at their ends. */
function csvCells(line: string): string[] {
  if (line.length > 64 * 1024) return [];
  const cells = line.match(/(?:"[^"]*"|[^",])+|(?<=,)(?=,|$)/g) ?? [];
  return cells.map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, "$1")
      .trim(),
  );
}
