import { readFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { join } from "node:path";
import type { MemoryReport } from "@/domain/health/health-report";

const MIB = 1_048_576;
/** Version 1 of cgroups writes "no limit" as a number just below 2^63. */
const NO_LIMIT_BYTES = 2 ** 60;

interface ContainerMemory {
  limitBytes: number;
  usedBytes: number;
}

/** Memory of this process and of the container around it. `root` is where proc and sys are mounted. */
export async function readMemory(root = "/"): Promise<MemoryReport> {
  const rssBytes = process.memoryUsage.rss();
  const container = await readContainer(root);
  const percent = (rssBytes / totalmem()) * 100;
  const usagePercent = container ? (container.usedBytes / container.limitBytes) * 100 : null;
  return {
    rss_mb: toMib(rssBytes),
    vms_mb: await readVirtualMib(root),
    percent: round(percent),
    container_limit_mb: container ? toMib(container.limitBytes) : null,
    container_usage_percent: usagePercent === null ? null : round(usagePercent),
    status: statusOf(usagePercent ?? percent),
  };
}

function statusOf(percent: number): MemoryReport["status"] {
  if (percent > 90) return "critical";
  return percent > 80 ? "warning" : "healthy";
}

async function readVirtualMib(root: string): Promise<number | null> {
  const text = await readText(join(root, "proc/self/status"));
  const kib = /^VmSize:\s+(\d+) kB$/m.exec(text ?? "")?.[1];
  return kib === undefined ? null : toMib(Number(kib) * 1024);
}

/** The limit that holds for this process, or null when nothing limits it. */
async function readContainer(root: string): Promise<ContainerMemory | null> {
  const groups = (await readText(join(root, "proc/self/cgroup"))) ?? "";
  const own = /^0::(\/.*)$/m.exec(groups)?.[1] ?? "/";
  const base = join(root, "sys/fs/cgroup");
  return (
    (await readPair(join(base, own), "memory.max", "memory.current")) ??
    (await readPair(base, "memory.max", "memory.current")) ??
    (await readPair(join(base, "memory"), "memory.limit_in_bytes", "memory.usage_in_bytes"))
  );
}

async function readPair(folder: string, limitName: string, usedName: string) {
  const limitBytes = await readNumber(join(folder, limitName));
  const usedBytes = await readNumber(join(folder, usedName));
  if (limitBytes === null || usedBytes === null || limitBytes >= NO_LIMIT_BYTES) return null;
  return { limitBytes, usedBytes };
}

async function readNumber(path: string): Promise<number | null> {
  const text = (await readText(path))?.trim() ?? "";
  return /^[1-9]\d*$/.test(text) ? Number(text) : null; // "max" means no limit
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return null; // another system, or a container that hides it
  }
}

function toMib(bytes: number): number {
  return round(bytes / MIB);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
