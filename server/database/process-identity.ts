import { readFileSync, readlinkSync } from "node:fs";

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

/** State letter (`Z` = zombie) and start time in clock ticks since boot; null when there is no such process. */
function readStat(pid: number): { state: string; startTicks: string } | null {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name stands in parentheses and may hold spaces; field 3 follows the last one.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, startTicks] = [fields[0], fields[19]];
  return state === undefined || startTicks === undefined ? null : { state, startTicks };
}

/**
 * Names one life of one process: a process id alone is given again after a crash or a restart.
 * Null when there is no such process or it is a zombie.
 */
export function processIdentity(pid: number): string | null {
  const stat = readStat(pid);
  if (!stat || stat.state === "Z") return null;
  const boot = readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "unknown";
  return `${pid}/${stat.startTicks}/${boot}`;
}

export function isZombie(pid: number): boolean {
  return readStat(pid)?.state === "Z";
}

/** The folder that a process works in; a postmaster works in its data folder. */
export function workingFolderOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}
