/** Where a process belongs, read from `/proc/<pid>/cgroup`. */
export interface ControlGroup {
  /** The path that says most, at most 512 characters; null when there is none but the root. */
  controlGroup: string | null;
  /** 64 hex digits; null of a process outside a container. */
  containerId: string | null;
}

const MAX_PATH = 512;
const MAX_TEXT = 64 * 1024;

/**
 * A container's id as docker, podman (libpod), containerd, CRI-O and kubernetes write it: a part of its own, or behind a prefix
 * ("docker-", "libpod-", "cri-containerd-", ":cri-containerd:"), alone or with ".scope". conmon is podman's watcher, not the container.
 */
const idInPart = /^(?!.*conmon)(?:.*[-_:])?([\da-f]{64})(?:\.scope)?$/;

/** Lines `<hierarchy>:<controllers>:<path>` (man 7 cgroups); version 2 has the one line `0::<path>`. */
export function parseControlGroup(text: string): ControlGroup {
  const paths = text
    .slice(0, MAX_TEXT)
    .split("\n")
    .map((line) => /^\d+:[^:]*:(\/.*)$/.exec(line)?.[1] ?? "/")
    .filter((path) => path !== "/");
  for (const path of paths) {
    const containerId = containerIdOf(path);
    if (containerId !== null) return { controlGroup: path.slice(0, MAX_PATH), containerId };
  }
  const [longest] = paths.sort((a, b) => b.length - a.length);
  return { controlGroup: longest?.slice(0, MAX_PATH) ?? null, containerId: null };
}

/** The innermost container wins: one may run in another. */
function containerIdOf(path: string): string | null {
  for (const part of path.split("/").reverse()) {
    const id = idInPart.exec(part)?.[1];
    if (id !== undefined) return id;
  }
  return null;
}
