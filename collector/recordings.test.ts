import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CollectorSettings } from "@/domain/gpu/collector-message";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import type { QuarantinedValue } from "@/domain/gpu/quarantined-value";
import { smiColumns } from "@/domain/gpu/smi-columns";
import { createChain } from "./create-chain";

// What real programs printed goes through the whole chain: process, lines, ticks, quarantine.

const fixtures = path.join(import.meta.dirname, "../fixtures");
const recordings = process.env.RECORDINGS_DIR ?? "";
let folder: string;
let stop: () => void = () => undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "recordings-"));
  process.env.STAND_IN_CONTROL = path.join(folder, "control.json");
});
afterEach(() => {
  stop();
  delete process.env.STAND_IN_CONTROL;
  delete process.env.STAND_IN_CAPTURES;
  rmSync(folder, { recursive: true });
});

function runChain(settings: Partial<CollectorSettings>) {
  const seen = {
    ticks: [] as GpuSample[][],
    quarantined: [] as QuarantinedValue[],
    details: [] as string[],
  };
  const chain = createChain(
    {
      gpuSources: null,
      hostName: "recorded",
      nvmlLibraryPath: null,
      nvidiaSmiPath: null,
      amdSmiPath: null,
      xpuSmiPath: null,
      gpuExporterUrls: [],
      aiHealthUrls: [],
      pollIntervalMs: 200,
      httpTimeoutMs: 5_000,
      ...settings,
    },
    {
      realSourceSeen: false,
      onTick: ({ samples, quarantined }) => {
        seen.ticks.push(samples);
        seen.quarantined.push(...quarantined);
      },
      onProcesses: () => undefined,
      onSources: (sources) => seen.details.push(...sources.map(({ detail }) => detail)),
    },
  );
  chain.start();
  stop = () => chain.stop();
  return seen;
}

/** The table of a capture as it stands there: column → cell. */
function recordedCells(file: string, state: string): Map<string, string> {
  const lines = readFileSync(file, "utf8").split("\n");
  const start = lines.findIndex((line) => line.startsWith(`# ${state} :: query-gpu`));
  const [header = "", row = ""] = lines.slice(start + 3);
  const cells = row.split(", ");
  return new Map(
    header.split(", ").map((title, at) => [title.replace(/ \[.*\]$/, ""), cells[at] ?? ""]),
  );
}

const capturesIn = (place: string) =>
  readdirSync(place)
    .filter((file) => file.endsWith(".txt"))
    .filter((file) => readFileSync(path.join(place, file), "utf8").includes(":: query-gpu (csv"))
    .map((file) => file.slice(0, -4));

async function compareCaptures(place: string): Promise<number> {
  let compared = 0;
  process.env.STAND_IN_CAPTURES = place;
  for (const capture of capturesIn(place)) {
    for (const state of ["idle", "load"]) {
      writeFileSync(
        process.env.STAND_IN_CONTROL ?? "",
        JSON.stringify({ gpus: [{ capture, state }] }),
      );
      const seen = runChain({
        gpuSources: ["smi"],
        nvidiaSmiPath: path.join(fixtures, "nvidia-smi/stand-in.mjs"),
      });
      await expect.poll(() => seen.ticks.length, { timeout: 30_000 }).toBeGreaterThan(0);
      stop();
      const [sample] = seen.ticks[0] ?? [];
      expect(sample).toMatchObject({ source: "smi", host: "recorded", gpuIndex: 0 });
      expect(seen.quarantined).toEqual([]);
      const cells = recordedCells(path.join(place, `${capture}.txt`), state);
      for (const [key, column] of Object.entries(smiColumns)) {
        const cell =
          column.names.map((name) => cells.get(name)).find((found) => found !== undefined) ?? "";
        const [number] = /^(?:0x[\da-f]+|-?\d+(?:\.\d+)?)/i.exec(cell.replace(/^P/, "")) ?? [];
        const value = sample?.values[key as GpuMetric];
        expect(value, `${capture} ${state} ${key}: ${cell}`).toBe(
          number === undefined ? null : Number(number),
        );
        compared += 1;
      }
    }
  }
  return compared;
}

describe("nvidia-smi", () => {
  test("the captures of the project: every number as recorded, nothing is 0 that was [N/A]", async () => {
    expect(await compareCaptures(path.join(fixtures, "nvidia-smi/captures"))).toBe(4 * 2 * 20);
  }, 120_000);

  test("all captures of RECORDINGS_DIR", async (context) => {
    const place = path.join(recordings, "nvidia-smi");
    if (recordings === "" || capturesIn(place).length === 0) {
      context.skip("RECORDINGS_DIR holds no captures of nvidia-smi");
      return;
    }
    expect(await compareCaptures(place)).toBeGreaterThan(0);
  }, 300_000);
});

test("dcgm-exporter: blanks are null and listed with their text, everything else as it stands there", async () => {
  const text = readFileSync(path.join(fixtures, "exporters/dcgm.prom"));
  const server = createServer((_, response) => response.end(text));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const seen = runChain({ gpuSources: ["dcgm"], gpuExporterUrls: [`http://127.0.0.1:${port}`] });
  await expect.poll(() => seen.ticks.length, { timeout: 20_000 }).toBeGreaterThan(0);
  server.closeAllConnections();
  server.close();
  const [first, second] = seen.ticks[0]!;
  expect(first).toMatchObject({
    source: "dcgm",
    host: "node-7",
    values: { energyJoules: 1_250_000.5, xidCode: 31 },
  });
  expect(second!.values).toMatchObject({
    energyJoules: null,
    powerWatts: null,
    utilizationPercent: null,
  });
  expect(
    seen.quarantined.slice(0, 5).map(({ metric, rawValue, source }) => [metric, rawValue, source]),
  ).toEqual([
    ["utilizationPercent", "4294967295", "dcgm"],
    ["temperatureCelsius", "9223372036854775794", "dcgm"],
    ["powerWatts", "140737488355330.000000", "dcgm"],
    ["pcieReplayCounter", "2147483632", "dcgm"],
    ["energyJoules", "9.223372036854776e+18", "dcgm"],
  ]);
  expect(seen.details.join()).not.toContain("127.0.0.1");
}, 60_000);
