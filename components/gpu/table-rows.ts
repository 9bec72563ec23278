import type { FleetHost } from "@/domain/fleet/fleet-hosts";
import type { FleetRow } from "@/domain/fleet/fleet-rows";

/** One row of the table: a host above its GPUs, a GPU, or a MIG instance of it. `key`: the GPU's id, or `host …`. */
export type TableRow =
  | { kind: "host"; key: string; host: FleetHost }
  | { kind: "gpu" | "instance"; key: string; row: FleetRow };

/** Sorted GPUs as rows. `hosts` empty: no rows of hosts. Instances of closed GPUs are left out. */
export function tableRows(
  rows: readonly FleetRow[],
  { hosts, closed }: { hosts: readonly FleetHost[]; closed: ReadonlySet<string> },
): TableRow[] {
  const listed: TableRow[] = [];
  let current: string | null = null;
  for (const row of openRows(rows, closed)) {
    const { host: name, gpuUuid } = row.gpu.sample;
    if (name !== current) {
      current = name;
      const host = hosts.find((one) => one.host === name);
      if (host) listed.push({ kind: "host", key: `host ${name}`, host });
    }
    listed.push({ kind: row.parentUuid === null ? "gpu" : "instance", key: gpuUuid, row });
  }
  return listed;
}

/** Without the MIG instances of GPUs that are closed. */
export function openRows(
  rows: readonly FleetRow[],
  closed: ReadonlySet<string>,
): readonly FleetRow[] {
  if (closed.size === 0) return rows;
  return rows.filter(({ parentUuid }) => parentUuid === null || !closed.has(parentUuid));
}
