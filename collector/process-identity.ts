import { readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { parseControlGroup } from "@/domain/gpu/control-group";
import type { GpuProcess } from "@/domain/gpu/gpu-process";

export type ProcessIdentity = Pick<GpuProcess, "name" | "containerId" | "controlGroup">;

export const unknownIdentity: ProcessIdentity = {
  name: null,
  containerId: null,
  controlGroup: null,
};

const MAX_NAME = 255;

/** Number of the first PID namespace: PROC_PID_INIT_INO in the kernel's include/linux/proc_ns.h. */
const FIRST_PID_NAMESPACE = "pid:[4026531836]";

/**
 * True where the PIDs that a driver gives are those of `/proc`. In a container with PIDs of its own the driver still speaks of the
 * host's: the same number is somebody else there.
 */
export function seesHostProcesses(): boolean {
  return read(() => readlinkSync("/proc/self/ns/pid")) === FIRST_PID_NAMESPACE;
}

/** What the kernel shows of a process. Never its arguments: they may hold secrets. */
export function readProcessIdentity(pid: number): ProcessIdentity {
  const comm = read(() => readFileSync(`/proc/${pid}/comm`, "utf8"));
  const program = comm ?? read(() => basename(readlinkSync(`/proc/${pid}/exe`)));
  const name =
    program
      ?.replaceAll(/\p{Cc}/gu, "")
      .trim()
      .slice(0, MAX_NAME) ?? "";
  const groups = read(() => readFileSync(`/proc/${pid}/cgroup`, "utf8"));
  return { name: name === "" ? null : name, ...parseControlGroup(groups ?? "") };
}

/** Null when the process has ended, is another user's, or there is no /proc. */
function read(from: () => string): string | null {
  try {
    return from();
  } catch {
    return null;
  }
}
