import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { MemoryReport } from "@/domain/health/health-report";
import { readMemory } from "./read-memory";

async function rootWith(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "sightline-memory-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return root;
}

test("on this machine the report fits its schema and its numbers are of this process", async () => {
  const report = MemoryReport.parse(await readMemory());
  expect(report.rss_mb).toBeGreaterThan(10);
  expect(report.percent).toBeGreaterThan(0);
});

test.each([
  [838, "healthy"],
  [840, "warning"],
  [943, "warning"],
  [944, "critical"],
])("%d of 1048 MB of a container is %s", async (usedMb, status) => {
  const root = await rootWith({
    "proc/self/cgroup": "0::/\n",
    "proc/self/status": "Name:\tnode\nVmSize:\t  2048 kB\n",
    "sys/fs/cgroup/memory.max": "1048000000\n",
    "sys/fs/cgroup/memory.current": `${usedMb}000000\n`,
  });
  expect(await readMemory(root)).toMatchObject({ vms_mb: 2, container_limit_mb: 999.5, status });
});

test("the limit of the own group goes before that of the machine", async () => {
  const root = await rootWith({
    "proc/self/cgroup": "0::/system.slice/sightline.service\n",
    "sys/fs/cgroup/memory.max": "max\n",
    "sys/fs/cgroup/system.slice/sightline.service/memory.max": "1048576\n",
    "sys/fs/cgroup/system.slice/sightline.service/memory.current": "524288\n",
  });
  expect(await readMemory(root)).toMatchObject({
    container_limit_mb: 1,
    container_usage_percent: 50,
  });
});

test("version 1 of cgroups is read too, and its huge number means no limit", async () => {
  const limited = await rootWith({
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "2097152\n",
    "sys/fs/cgroup/memory/memory.usage_in_bytes": "1048576\n",
  });
  expect(await readMemory(limited)).toMatchObject({ container_usage_percent: 50 });
  const free = await rootWith({
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    "sys/fs/cgroup/memory/memory.usage_in_bytes": "1048576\n",
  });
  expect(await readMemory(free)).toMatchObject({ container_limit_mb: null });
});

test("where nothing is told, values are null and not 0", async () => {
  const report = await readMemory(await rootWith({ "sys/fs/cgroup/memory.max": "max\n" }));
  expect(report).toMatchObject({
    vms_mb: null,
    container_limit_mb: null,
    container_usage_percent: null,
  });
});
