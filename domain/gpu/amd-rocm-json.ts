import * as z from "zod";
import type { GpuReading } from "./collector-message";
import type { GpuMetric } from "./gpu-metric";
import { emptyReading } from "./gpu-sample";

const RocmAnswer = z.record(z.string(), z.unknown());
const RocmCard = z.record(z.string(), z.unknown());

type Fields = z.infer<typeof RocmCard>;

const MAX_GPUS = 256;
const MIB = 1 / 1_048_576;

/** Keys of rocm-smi of several releases, newest first; they are written as for people. */
const keys: Partial<Record<GpuMetric, { names: readonly string[]; factor?: number }>> = {
  utilizationPercent: { names: ["GPU use (%)"] },
  memoryUsedMib: { names: ["VRAM Total Used Memory (B)"], factor: MIB },
  memoryTotalMib: { names: ["VRAM Total Memory (B)"], factor: MIB },
  temperatureCelsius: {
    names: ["Temperature (Sensor edge) (C)", "Temperature (Sensor junction) (C)"],
  },
  powerWatts: {
    names: [
      "Current Socket Graphics Package Power (W)",
      "Average Graphics Package Power (W)",
      "Current Graphics Package Power (W)",
    ],
  },
  fanSpeedPercent: { names: ["Fan speed (%)", "Fan Speed (%)"] },
  smClockMhz: { names: ["sclk clock speed:"] },
  memoryBandwidthPercent: {
    names: ["GPU Memory Read/Write Activity (%)", "GPU memory use (%)"],
  },
  memoryClockMhz: { names: ["mclk clock speed:"] },
  powerLimitWatts: { names: ["Max Graphics Package Power (W)"] },
  pcieReplayCounter: { names: ["PCIe Replay Count"] },
};

/**
 * Reads the JSON of `rocm-smi … --json`: `{"card0": {"GPU use (%)": "19", …}, "system": …}`, all values as text. Null when it holds no
 * card. Never throws. Keys as users published them (github.com/sebhildebrandt/systeminformation/pull/960,
 * github.com/wandb/wandb/pull/5449). Unproven on hardware.
 */
export function readRocmMetrics(answer: unknown): GpuReading[] | null {
  const cards = RocmAnswer.safeParse(answer).data ?? {};
  const readings = Object.entries(cards)
    .slice(0, MAX_GPUS + 1)
    .flatMap(([name, card]) => {
      const index = /^card(\d{1,4})$/.exec(name)?.[1];
      const fields = RocmCard.safeParse(card).data;
      return index === undefined || fields === undefined ? [] : [readCard(Number(index), fields)];
    });
  return readings.length === 0 ? null : readings.sort((a, b) => a.gpuIndex - b.gpuIndex);
}

function readCard(index: number, fields: Fields): GpuReading {
  const { values, missing } = emptyReading("not_offered");
  for (const [key, { names, factor = 1 }] of Object.entries(keys)) {
    const metric = key as GpuMetric;
    const cells = names.flatMap((name) => textOf(fields, name) ?? []);
    const number = cells.map(numberOf).find((value) => typeof value === "number");
    if (typeof number === "number") {
      values[metric] = number * factor;
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the key is one of ours, and a value has no reason
      delete missing[metric];
    } else if (cells.length > 0) {
      missing[metric] = cells.every(isUnsupported) ? "not_supported" : "read_error";
    }
  }
  const uuid = firstKnown(fields, ["Unique ID", "PCI Bus"]);
  return {
    gpuUuid: `AMD-${uuid ?? index}`.slice(0, 96),
    gpuIndex: Math.min(index, 4_095),
    gpuName:
      firstKnown(fields, ["Device Name", "Card Series", "Card series"])?.slice(0, 255) ?? null,
    vendor: "amd",
    memoryKind: null,
    parentUuid: null,
    migProfile: null,
    values,
    missing,
  };
}

function firstKnown(fields: Fields, names: readonly string[]): string | null {
  const found = names.map((name) => textOf(fields, name) ?? "");
  return found.find((text) => text !== "" && !isUnsupported(text)) ?? null;
}

function textOf(fields: Fields, name: string): string | null {
  const found = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (typeof found === "number") return String(found);
  return typeof found === "string" ? found.replaceAll(/\p{Cc}/gu, "").trim() : null;
}

function isUnsupported(cell: string): boolean {
  return /^(?:N\/A|unsupported|none|unknown)$/i.test(cell);
}

/** "7.222", "(800Mhz)" */
function numberOf(cell: string): number | null {
  const match = /^\(?(-?\d{1,20}(?:\.\d{1,9})?)(?:Mhz)?\)?$/i.exec(cell);
  return match?.[1] === undefined ? null : Number(match[1]);
}
