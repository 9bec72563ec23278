import { readFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import type { GpuReading } from "@/domain/gpu/collector-message";
import { createExporterReader } from "./exporter-reader";

const dcgm = readFileSync(path.join(import.meta.dirname, "../fixtures/exporters/dcgm.prom"));
const gpu = (uuid: string, utilisation: number) =>
  `DCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="${uuid}"} ${utilisation}\n`;
const servers: Server[] = [];
const stops: (() => void)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  await Promise.all(
    servers.splice(0).map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
});

async function exporter(answer: (response: ServerResponse, url: string) => void): Promise<string> {
  const server = createServer((request, response) => answer(response, request.url ?? ""));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function read(urls: string[]) {
  const seen = {
    ticks: [] as GpuReading[][],
    details: [] as string[],
    failures: [] as string[],
    partial: [] as (boolean | undefined)[],
  };
  stops.push(
    createExporterReader({ urls, intervalMs: 100, timeoutMs: 1_000 }).start({
      onTick: (readings, detail, isPartial) => {
        seen.ticks.push(readings);
        seen.details.push(detail);
        seen.partial.push(isPartial);
      },
      onFailure: (detail) => seen.failures.push(detail),
      onProcesses: () => undefined,
    }),
  );
  return seen;
}

test("all GPUs and MIG instances of an exporter, asked at /metrics, again and again", async () => {
  const asked: string[] = [];
  const url = await exporter((response, target) => {
    asked.push(target);
    response.end(dcgm);
  });
  const seen = read([url]);
  await expect.poll(() => seen.ticks.length, { timeout: 10_000 }).toBeGreaterThan(2);
  expect(asked[0]).toBe("/metrics");
  expect(seen.ticks[0]!.map(({ gpuUuid }) => gpuUuid)).toEqual([
    "GPU-0c1d",
    "GPU-2e3f",
    "MIG-GPU-0c1d/1",
    "MIG-GPU-0c1d/9",
  ]);
  expect(seen.details[0]).toBe("reads 2 GPUs from 1 exporter");
});

test("a GPU of which two exporters tell comes once, from the first; when that one fails from the other", async () => {
  let isGone = false;
  const first = await exporter((response) => {
    if (isGone) response.writeHead(503).end();
    else response.end(gpu("GPU-aaaa", 10));
  });
  const second = await exporter((response) =>
    response.end(gpu("GPU-aaaa", 20) + gpu("GPU-bbbb", 30)),
  );
  const seen = read([first, second]);
  const last = () =>
    seen.ticks.at(-1)?.map(({ gpuUuid, values }) => [gpuUuid, values.utilizationPercent]);
  await expect.poll(last, { timeout: 10_000 }).toEqual([
    ["GPU-aaaa", 10],
    ["GPU-bbbb", 30],
  ]);
  isGone = true;
  await expect.poll(last, { timeout: 10_000 }).toEqual([
    ["GPU-aaaa", 20],
    ["GPU-bbbb", 30],
  ]);
  expect(seen.partial.at(-1)).toBe(true);
  expect(seen.details.at(-1)).toBe(
    "reads 2 GPUs from 1 of 2 exporters; GPU exporter 1 answered 503",
  );
});

test.each<[string, (response: ServerResponse) => void, string]>([
  [
    "no metrics",
    (response) => response.end("<html>"),
    "GPU exporter 1 sent text that is no metrics: the text ends in the middle of a line (line 1)",
  ],
  [
    "a wrong line",
    (response) => response.end("a 1\nb b\n"),
    "GPU exporter 1 sent text that is no metrics: a value is no number (line 2)",
  ],
  ["no GPU", (response) => response.end("go_goroutines 7\n"), "GPU exporter 1 tells of no GPU"],
  ["404", (response) => response.writeHead(404).end(), "GPU exporter 1 answered 404"],
  [
    "half an answer",
    (response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write(gpu("GPU-aaaa", 1));
      setTimeout(() => response.destroy(), 20);
    },
    "GPU exporter 1 closed the connection before its answer was complete",
  ],
])("an exporter with %s fails, and the reason tells no address", async (_, answer, detail) => {
  const seen = read([await exporter(answer)]);
  await expect.poll(() => seen.failures, { timeout: 10_000 }).toEqual([detail]);
  expect(seen.ticks).toEqual([]);
});

test("an address that refuses", async () => {
  const seen = read(["http://127.0.0.1:9"]);
  await expect
    .poll(() => seen.failures, { timeout: 10_000 })
    .toEqual(["GPU exporter 1 refused the connection"]);
});
