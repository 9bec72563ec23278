import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { GpuReading } from "@/domain/gpu/collector-message";
import { createHealthReader } from "./health-reader";

const servers: Server[] = [];
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A service that answers with what `answer` gives; null = it stays silent. */
async function serve(answer: () => string | null): Promise<{ url: string; paths: string[] }> {
  const paths: string[] = [];
  const server = createServer((req, res) => {
    paths.push(req.url ?? "");
    const text = answer();
    if (text !== null) res.end(text);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
}

function read(urls: string[]) {
  const seen = {
    ticks: [] as GpuReading[][],
    details: [] as string[],
    failures: [] as string[],
    partial: [] as (boolean | undefined)[],
  };
  const reader = createHealthReader({ urls, intervalMs: 50, timeoutMs: 1_000 });
  stops.push(
    reader.start({
      onTick: (readings, detail, isPartial) => {
        seen.partial.push(isPartial);
        seen.ticks.push(readings);
        seen.details.push(detail);
      },
      onFailure: (detail) => seen.failures.push(detail),
      onProcesses: () => undefined,
    }),
  );
  return seen;
}

test("one GPU a service, asked at /health, with a UUID that is stable and tells no address", async () => {
  const one = await serve(() => '{"vram_used_gb": 5.5, "device": "cuda:0"}');
  const two = await serve(() => '{"gpu_utilization": 12}');
  const seen = read([one.url, `${two.url}/ai/status`]);
  await expect.poll(() => seen.ticks.length).toBeGreaterThan(2);
  const [first, second] = seen.ticks[0]!;
  expect(first?.values.memoryUsedMib).toBe(5632);
  expect(second?.values).toMatchObject({ utilizationPercent: 12, memoryUsedMib: null });
  expect([first?.gpuIndex, second?.gpuIndex]).toEqual([0, 1]);
  expect(first?.gpuUuid).toMatch(/^health-[0-9a-f]{32}$/);
  expect(seen.ticks[1]?.[0]?.gpuUuid).toBe(first?.gpuUuid);
  expect([one.paths[0], two.paths[0]]).toEqual(["/health", "/ai/status"]);
  expect(seen.details[0]).toBe("reads 2 AI services");
});

test("says when some fail and others do not, and which", async () => {
  let answer = '{"gpu_utilization": 7}';
  const good = await serve(() => '{"gpu_utilization": 12}');
  const changing = await serve(() => answer);
  const seen = read([good.url, changing.url]);
  await expect.poll(() => seen.partial.at(-1)).toBe(false);
  answer = "[]";
  await expect.poll(() => seen.partial.at(-1)).toBe(true);
  expect(seen.details.at(-1)).toMatch(/^reads 1 of 2 AI services; AI service 2 /);
  answer = '{"gpu_utilization": 7}';
  await expect.poll(() => seen.partial.at(-1)).toBe(false);
});

test("a silent service delays nobody", async () => {
  const good = await serve(() => '{"gpu_utilization": 12}');
  const silent = await serve(() => null);
  const seen = read([good.url, silent.url]);
  await expect.poll(() => seen.ticks.length).toBeGreaterThan(4);
  expect(silent.paths).toHaveLength(1);
  expect(seen.failures).toEqual([]);
});

test("fails when no service helps, and says why without an address", async () => {
  const noGpu = await serve(() => '{"status": "healthy"}');
  const cut = await serve(() => '{"vram_used_gb": 1');
  const seen = read([noGpu.url, cut.url]);
  await expect
    .poll(() => seen.failures)
    .toEqual(["none of 2 AI services helps; AI service 1 says nothing about a GPU"]);
  const alone = read([cut.url]);
  await expect
    .poll(() => alone.failures)
    .toEqual(["AI service 1 answered something that is not JSON"]);
  const ticksBefore = seen.ticks.length;
  expect(ticksBefore).toBe(0);
});

test("goes on with the services that answer, and names one that does not", async () => {
  const good = await serve(() => '{"gpu_utilization": 12}');
  const bad = await serve(() => "<html>");
  const seen = read([bad.url, good.url]);
  await expect
    .poll(() => seen.details.at(-1))
    .toBe("reads 1 of 2 AI services; AI service 1 answered something that is not JSON");
  expect(seen.ticks.at(-1)?.map(({ gpuIndex }) => gpuIndex)).toEqual([1]);
});
