import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createExporterReader } from "@/collector/exporter-reader";
import { readHealthAnswer } from "@/domain/gpu/health-answer";
import { ExporterText } from "@/domain/gpu/exporter-text";
import { generateMetricsText } from "@/fixtures/exporters/generate-text";
import { wrongValues } from "@/fixtures/nvidia-smi/check-readings";
import { seededRandom } from "@/fixtures/seeded-random";
import { findTool } from "./find-tool";
import { printFigures } from "./print-figures";

// N4. FAULT_SEED repeats a run.

const FILES = 300;
const LINES = 1_000_000;
const MOST_MIB = 200;
const REJECTED = 1; // promtool: 0 well, 3 well but with advice

function refusal(bytes: string): string | null {
  const parser = new ExporterText({ wants: () => true, onSample: () => undefined });
  try {
    parser.push(bytes);
    parser.end();
    return null;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ExporterTextError") throw error;
    return error.message;
  }
}

test(`N4: ${FILES} texts are accepted and refused as by promtool check metrics`, (context) => {
  const promtool = findTool("promtool");
  if (promtool === null) {
    context.skip("promtool (Debian: prometheus) is not installed");
    return;
  }
  const random = seededRandom();
  const different: unknown[] = [];
  let accepted = 0;
  for (let number = 0; number < FILES; number += 1) {
    const bytes = generateMetricsText(random);
    const ours = refusal(bytes);
    const { status, stderr } = spawnSync(promtool, ["check", "metrics"], {
      input: Buffer.from(bytes, "latin1"),
      encoding: "utf8",
      timeout: 60_000,
    });
    if (status !== REJECTED) accepted += 1;
    if ((ours === null) !== (status !== REJECTED)) different.push({ bytes, ours, status, stderr });
  }
  printFigures("N4 promtool", {
    seed: random.seed,
    files: FILES,
    accepted,
    different: different.length,
  });
  expect(different.slice(0, 3)).toEqual([]);
  expect(accepted).toBeGreaterThan(FILES / 10);
  expect(accepted).toBeLessThan(FILES);
});

test(`N4: ${LINES} lines over HTTP: the GPUs are read, memory grows by less than ${MOST_MIB} MiB`, async () => {
  const perChunk = 1_000;
  const lines = Array.from(
    { length: perChunk - 2 },
    (_, i) =>
      `container_memory_bytes{pod="pod-${i}",path="/a\\\\b",__proto__="x"} ${i}.5e3 1790000000000\n`,
  ).join("");
  const noise = Buffer.from(lines);
  const server = createServer((_, response) => {
    let chunk = 0;
    const send = () => {
      for (;;) {
        if (chunk * perChunk >= LINES) return void response.end();
        const gpu = `DCGM_FI_DEV_GPU_UTIL{gpu="${chunk % 8}",UUID="GPU-0000${chunk % 8}"} ${chunk % 100}\n`;
        chunk += 1;
        if (!response.write(Buffer.concat([noise, Buffer.from(gpu + gpu)])))
          return void response.once("drain", send);
      }
    };
    send();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  const startMib = process.memoryUsage.rss() / 1_048_576;
  let mostMib = startMib;
  const watch = setInterval(
    () => (mostMib = Math.max(mostMib, process.memoryUsage.rss() / 1_048_576)),
    20,
  );
  const startedMs = performance.now();
  const result = await new Promise<{ gpus: number; ms: number } | string>((resolve) => {
    const reader = createExporterReader({
      urls: [`http://127.0.0.1:${port}`],
      intervalMs: 60_000,
      timeoutMs: 60_000,
    });
    const stop = reader.start({
      onTick: (readings) => {
        stop();
        resolve({ gpus: readings.length, ms: Math.round(performance.now() - startedMs) });
      },
      onFailure: resolve,
      onProcesses: () => undefined,
    });
  });
  clearInterval(watch);
  server.closeAllConnections();
  server.close();
  const grownMib = Math.round(mostMib - startMib);
  printFigures("N4 size", {
    lines: LINES,
    grownMib,
    ...(typeof result === "string" ? { result } : result),
  });
  expect(result).toMatchObject({ gpus: 8 });
  expect(grownMib).toBeLessThan(MOST_MIB);
  // The server that writes it runs in this process too. Ten times the figure for a quiet machine: it did not hang.
  expect((result as { ms: number }).ms).toBeLessThan(20_000);
});

test("N4: 20,000 health answers: none throws, and no impossible number is left", () => {
  const random = seededRandom();
  const values = [
    0,
    1,
    -1,
    12.5,
    1e308,
    -0,
    null,
    true,
    "12",
    "NaN",
    [],
    {},
    [1],
    { value: 1 },
    9.3e18,
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    "__proto__",
    "\0",
    "x".repeat(10_000),
  ];
  const keys =
    "vram_used_gb vram_total_gb gpu_utilization temperature power_watts device __proto__ constructor status".split(
      " ",
    );
  let read = 0;
  const wrong: unknown[] = [];
  for (let number = 0; number < 20_000; number += 1) {
    const answer: unknown =
      random.below(20) === 0
        ? values[random.below(values.length)]
        : Object.fromEntries(
            keys.flatMap((key) =>
              random.below(3) === 0 ? [] : [[key, values[random.below(values.length)]]],
            ),
          );
    const reading = readHealthAnswer(answer);
    if (reading === null) continue;
    read += 1;
    if (wrongValues(reading).length > 0) wrong.push(answer);
  }
  printFigures("N4 health", { seed: random.seed, answers: 20_000, read, wrong: wrong.length });
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(read).toBeGreaterThan(1_000);
});
