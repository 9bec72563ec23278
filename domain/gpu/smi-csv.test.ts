import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  captureNames,
  expectedReadings,
  type CaptureState,
} from "@/fixtures/nvidia-smi/expected-values";
import { gpuMetricFacts, gpuMetrics } from "./gpu-metric-facts";
import { MissingReason } from "./gpu-sample";
import { quarantine } from "./quarantine";
import { chooseSmiColumns, knownSmiColumns, refusedSmiColumn } from "./smi-columns";
import { parseSmiHeader, parseSmiRow } from "./smi-csv";
import { SmiTicks } from "./smi-ticks";

const captureFolder = path.join(import.meta.dirname, "../../fixtures/nvidia-smi/captures");

/** The lines of a capture's section, without its head. */
function sectionOf(file: string, title: string): string[] {
  const lines = readFileSync(file, "utf8").split("\n");
  const start = lines.findIndex((line) => line.startsWith(`# ${title}`));
  const body = lines.slice(start + 3);
  const end = body.findIndex((line) => line.startsWith("####"));
  return end < 0 ? body : body.slice(0, end);
}

function readCapture(file: string, state: CaptureState) {
  const [headerLine = "", rowLine = ""] = sectionOf(file, `${state} :: query-gpu`);
  const header = parseSmiHeader(headerLine);
  if (header === null) throw new Error(`${file} has no header`);
  return parseSmiRow(rowLine, header);
}

const header = "index, uuid, count, name, utilization.gpu [%], memory.used [MiB], power.draw [W]";
function row(cells: string) {
  return parseSmiRow(cells, parseSmiHeader(header)!);
}

describe("real captures", () => {
  for (const capture of captureNames) {
    for (const state of ["idle", "load"] as const) {
      test(`${capture}, ${state}: every number as recorded, every null with its reason`, () => {
        const parsed = readCapture(path.join(captureFolder, `${capture}.txt`), state);
        const [expected] = expectedReadings([{ capture, state }]);
        expect(parsed?.gpuCount).toBe(1);
        expect(parsed?.reading).toEqual({
          ...expected,
          gpuUuid: "GPU-00000000-0000-0000-0000-000000000000",
        });
        expect(Object.values(quarantine(parsed!.reading).missing)).not.toContain(
          "impossible_value",
        );
      });
    }

    test(`${capture}: asks for columns that the driver's own help lists, one a metric`, () => {
      const file = path.join(captureFolder, `${capture}.txt`);
      const known = knownSmiColumns(sectionOf(file, "capabilities :: help-query-gpu").join("\n"));
      const fields = sectionOf(file, "capabilities :: query-gpu field list").filter(Boolean);
      expect(fields.filter((field) => !known.has(field))).toEqual([]);
      const columns = chooseSmiColumns({ known, refused: new Set() });
      expect(columns.filter((column) => !known.has(column))).toEqual([]);
      expect(columns).toHaveLength(24);
    });
  }

  const recordings = process.env.RECORDINGS_DIR;
  test("the whole set of captures", (context) => {
    if (recordings === undefined || recordings === "") {
      context.skip("RECORDINGS_DIR does not name a folder of captures");
      return;
    }
    const folder = recordings;
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".txt"))
      .map((file) => path.join(folder, file))
      .filter((file) => readFileSync(file, "utf8").includes(":: query-gpu (csv"));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      for (const state of ["idle", "load"] as const) {
        const parsed = readCapture(file, state);
        expect(parsed?.reading.values.memoryTotalMib).toBeGreaterThan(0);
        expect(Object.values(quarantine(parsed!.reading).missing)).not.toContain(
          "impossible_value",
        );
      }
    }
  });
});

describe("columns", () => {
  test("an older driver is asked for the older spelling", () => {
    const help =
      '"index"\nText.\n\n"uuid" or "gpu_uuid"\n"clocks_throttle_reasons.active"\n"clocks.sm"\n';
    const known = knownSmiColumns(help);
    expect(chooseSmiColumns({ known, refused: new Set() })).toEqual([
      "index",
      "uuid",
      "clocks.sm",
      "clocks_throttle_reasons.active",
    ]);
  });

  test("without help all are asked for; a refused one is replaced by its older spelling, then dropped", () => {
    const all = chooseSmiColumns({ known: null, refused: new Set() });
    expect(all).toContain("clocks_event_reasons.active");
    const older = chooseSmiColumns({
      known: null,
      refused: new Set(["clocks_event_reasons.active", "fan.speed"]),
    });
    expect(older).toContain("clocks_throttle_reasons.active");
    expect(older).not.toContain("fan.speed");
    expect(older).toHaveLength(all.length - 1);
  });

  test("the refused name is read from nvidia-smi's sentence", () => {
    expect(refusedSmiColumn('Field "fan.speed" is not a valid field to query.')).toBe("fan.speed");
    expect(refusedSmiColumn("No devices were found")).toBeNull();
  });

  test("the older spelling of the throttle reasons is read", () => {
    const older = parseSmiHeader("index, uuid, clocks_throttle_reasons.active, clocks.sm [MHz]")!;
    const parsed = parseSmiRow("0, GPU-00000001, 0x0000000000000024, 210 MHz", older);
    expect(parsed?.reading.values).toMatchObject({ throttleReasons: 0x24, smClockMhz: 210 });
  });

  test("a column that the driver does not know and one that nvidia-smi never has differ in their reason", () => {
    const { missing } = row("0, GPU-00000001, 1, RTX, 1 %, 2 MiB, 3.50 W")!.reading;
    expect(missing.fanSpeedPercent).toBe("unknown_to_driver");
    expect(missing.computeProcessesCount).toBe("not_offered");
    expect(missing.inferenceFps).toBe("not_reported");
    expect(missing.powerWatts).toBeUndefined();
  });
});

describe("hostile lines", () => {
  test.each([
    ["[N/A]", "not_supported"],
    ["N/A", "not_supported"],
    ["[Not Supported]", "not_supported"],
    ["[Requested functionality has been deprecated]", "not_supported"],
    ["[Function Not Found]", "unknown_to_driver"],
    ["[Unknown Error]", "read_error"],
    ["[GPU requires reset]", "read_error"],
    ["ERR!", "read_error"],
    ["", "read_error"],
    ["39.32 MiB", "read_error"],
    ["NaN W", "read_error"],
    ["1e3 W", "read_error"],
    ["Infinity W", "read_error"],
    ["0x20 W", "read_error"],
  ])("power %j is null: %s", (cell, reason) => {
    const { values, missing } = row(`0, GPU-00000001, 1, RTX, 1 %, 2 MiB, ${cell}`)!.reading;
    expect(values.powerWatts).toBeNull();
    expect(missing.powerWatts).toBe(reason);
    expect(values.utilizationPercent).toBe(1);
  });

  test("decimal comma, missing unit and CRLF are read", () => {
    const { values } = row("0, GPU-00000001, 1, RTX, 1 %, 214, 39,32 W\r")!.reading;
    expect(values).toMatchObject({ powerWatts: 39.32, memoryUsedMib: 214 });
  });

  test("a name may hold a comma", () => {
    const { gpuName, values } = row(
      "0, GPU-00000001, 1, Rack 2, left, RTX, 1 %, 2 MiB, 3 W",
    )!.reading;
    expect(gpuName).toBe("Rack 2, left, RTX");
    expect(values).toMatchObject({ utilizationPercent: 1, memoryUsedMib: 2, powerWatts: 3 });
  });

  test.each([
    ["NVIDIA GB10", "[N/A]", "unified"],
    ["Orin (nvgpu)", "[Not Supported]", "unified"],
    ["NVIDIA Thor", "0 MiB", "unified"],
    ["NVIDIA GB10", "[Unknown Error]", "unified"],
    ["NVIDIA GeForce RTX 4090", "[N/A]", null],
    ["NVIDIA GH200 480GB", "97871 MiB", "dedicated"],
  ])("%s with a total of %s has %s memory, and none of it is 0", (name, total, kind) => {
    const columns = parseSmiHeader("index, uuid, name, memory.used [MiB], memory.total [MiB]")!;
    const used = total === "97871 MiB" ? "5 MiB" : total;
    const { reading } = parseSmiRow(`0, GPU-00000001, ${name}, ${used}, ${total}`, columns)!;
    expect(reading.memoryKind).toBe(kind);
    if (kind === "dedicated") return;
    expect(reading.values).toMatchObject({ memoryUsedMib: null, memoryTotalMib: null });
  });

  test("a line with surplus values is dropped, not read one column off", () => {
    expect(row("0, GPU-00000001, 1, RTX, 1 %, 2 MiB, 3 W, 4 W")).toBeNull();
    expect(row("0, GPU-00000001, 1, RTX, 1 %, 2 MiB, 3 W, [N/A]")).toBeNull();
  });

  test("half a line and a line without identity are dropped", () => {
    expect(row("0, GPU-00000001, 1, RTX, 1 %")).toBeNull();
    expect(row("0, [N/A], 1, RTX, 1 %, 2 MiB, 3 W")).toBeNull();
    expect(row("[Unknown Error], GPU-00000001, 1, RTX, 1 %, 2 MiB, 3 W")).toBeNull();
  });

  test("10 MB of garbage is refused at once", () => {
    const garbage = "0, ".repeat(3_500_000);
    expect(row(garbage)).toBeNull();
    expect(parseSmiHeader(garbage)).toBeNull();
  });

  const oddCell = fc.oneof(
    fc.constantFrom("[N/A]", "N/A", "ERR!", "[Unknown Error]", "[Not Supported]", "", "P8", "\r"),
    fc.constantFrom(
      "9223372036854775792 W",
      "-12 W",
      "255 %",
      "4294967295 MiB",
      "0xFFFFFFFFFFFFFFFF",
    ),
    fc.double().map((value) => `${value} W`),
    fc.integer().map((value) => `${value} %`),
    fc.string({ unit: "binary", maxLength: 40 }),
  );

  test("N3: whatever a line holds, nothing throws and no impossible number is left", () => {
    const wholeHeader = chooseSmiColumns({ known: null, refused: new Set() }).join(", ");
    const parsedHeader = parseSmiHeader(wholeHeader)!;
    let readings = 0;
    fc.assert(
      fc.property(
        fc.array(oddCell, { minLength: 15, maxLength: 24 }),
        fc.boolean(),
        (cells, isWhole) => {
          const filled = isWhole ? cells.concat(Array<string>(24).fill("[N/A]")) : cells;
          const line = ["0", "GPU-00000001", "1", "RTX", ...filled.slice(0, 20)].join(", ");
          const parsed = parseSmiRow(line, parsedHeader);
          if (parsed === null) return;
          readings += 1;
          const { values, missing } = quarantine(parsed.reading);
          for (const metric of gpuMetrics) {
            const value = values[metric];
            const { min, max } = gpuMetricFacts[metric];
            if (value === null) expect(MissingReason.options).toContain(missing[metric]);
            else {
              expect(missing[metric]).toBeUndefined();
              expect(value >= min && value <= max).toBe(true);
            }
          }
        },
      ),
      { numRuns: 4_000 },
    );
    expect(readings).toBeGreaterThan(1_000);
  });

  test("N3: any text as header or line, whole or cut anywhere, never throws", () => {
    const whole = `${header}\n0, GPU-00000001, 2, RTX, 1 %, 2 MiB, 3 W\n1, GPU-00000002, 2, RTX, 1 %, 2 MiB, 3 W`;
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc.nat(whole.length),
        fc.nat(whole.length),
        (text, cut, from) => {
          const ticks = new SmiTicks();
          const mixed = `${whole.slice(0, cut)}${text}${whole.slice(from)}`;
          for (const line of mixed.split("\n")) ticks.push(line);
          ticks.flush();
        },
      ),
      { numRuns: 4_000 },
    );
  });
});

describe("ticks", () => {
  const line = (index: number, count: number) =>
    `${index}, GPU-0000000${index}, ${count}, RTX, 1 %, 2 MiB, 3 W`;
  const indexes = (ticks: { gpuIndex: number }[][]) =>
    ticks.map((tick) => tick.map(({ gpuIndex }) => gpuIndex));

  test("a tick is complete with its last GPU, without waiting for the next one", () => {
    const ticks = new SmiTicks();
    expect(ticks.push(header)).toEqual([]);
    expect(ticks.push(line(0, 2))).toEqual([]);
    expect(ticks.isPartial).toBe(true);
    expect(indexes(ticks.push(line(1, 2)))).toEqual([[0, 1]]);
    expect(ticks.isPartial).toBe(false);
  });

  test("a GPU that leaves ends the tick when the index starts again", () => {
    const ticks = new SmiTicks();
    for (const text of [header, line(0, 3), line(2, 3)]) expect(ticks.push(text)).toEqual([]);
    expect(indexes(ticks.push(line(0, 3)))).toEqual([[0, 2]]);
    expect(indexes(ticks.flush())).toEqual([[0]]);
  });

  test("two lines of one GPU make one reading", () => {
    const ticks = new SmiTicks();
    ticks.push(header);
    ticks.push("0, GPU-00000001, 2, RTX, 1 %, 2 MiB, 3 W");
    expect(indexes(ticks.push("1, GPU-00000001, 2, RTX, 9 %, 2 MiB, 3 W"))).toEqual([[0]]);
  });

  test("lines before the header are no values", () => {
    expect(new SmiTicks().push(line(0, 1))).toEqual([]);
  });
});
