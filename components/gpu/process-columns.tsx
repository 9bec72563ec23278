import type { ReactNode } from "react";
import { Reason } from "@/components/ui/reason";
import type { GpuProcess } from "@/domain/gpu/gpu-process";
import { formatGib } from "@/domain/units/format-memory";
import { formatFull, NO_VALUE } from "@/domain/units/format-number";

export interface ProcessColumn {
  key: "pid" | "name" | "kind" | "container" | "memory";
  head: string;
  isNumber?: boolean;
  className?: string;
  /** Null goes last. */
  sortValue: (process: GpuProcess) => number | string | null;
  cell: (process: GpuProcess) => ReactNode;
}

const SHORT_ID = 12;

const missing = (reason: string) => (
  <Reason reason={reason} className="text-fg-3">
    {NO_VALUE}
  </Reason>
);

export const processColumns: readonly ProcessColumn[] = [
  {
    key: "pid",
    head: "PID",
    className: "text-fg-2",
    sortValue: ({ pid }) => pid,
    cell: ({ pid }) => pid,
  },
  {
    key: "name",
    head: "Program",
    sortValue: ({ name }) => name,
    cell: ({ name }) =>
      name === null ? (
        missing("the host does not show the name of this process")
      ) : (
        <b className="font-medium">{name}</b>
      ),
  },
  {
    key: "kind",
    head: "Kind",
    className: "text-fg-2",
    sortValue: ({ kind }) => kind,
    cell: ({ kind }) =>
      kind === null
        ? missing("the driver does not say")
        : kind === "both"
          ? "compute, graphics"
          : kind,
  },
  {
    key: "container",
    head: "Container",
    className: "type-code text-[11px] text-fg-2",
    sortValue: ({ containerId }) => containerId,
    cell: ({ containerId, controlGroup }) =>
      containerId === null ? (
        missing(controlGroup === null ? "its control group is not readable" : "not in a container")
      ) : (
        <span title={controlGroup ?? containerId}>{containerId.slice(0, SHORT_ID)}</span>
      ),
  },
  {
    key: "memory",
    head: "VRAM GiB",
    isNumber: true,
    sortValue: ({ memoryUsedMib }) => memoryUsedMib,
    cell: ({ memoryUsedMib }) =>
      memoryUsedMib === null ? (
        missing("the driver does not say how much this process holds")
      ) : (
        <span title={`${formatFull(memoryUsedMib)} MiB`}>{formatGib(memoryUsedMib)}</span>
      ),
  },
];

/** Sorted by a column; what is not known stands last in both directions. */
export function sortProcesses(
  processes: readonly GpuProcess[],
  { by, isDescending }: { by: ProcessColumn["key"]; isDescending: boolean },
): GpuProcess[] {
  const valueOf = processColumns.find(({ key }) => key === by)?.sortValue ?? (() => null);
  return [...processes].sort((left, right) => {
    const a = valueOf(left);
    const b = valueOf(right);
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const order = typeof a === "string" ? a.localeCompare(String(b)) : a - Number(b);
    return (isDescending ? -order : order) || left.pid - right.pid;
  });
}

/** A process in tabs under its head, for a spreadsheet or an issue. */
export function processText(process: GpuProcess): string {
  const head = ["pid", "name", "kind", "memory MiB", "container", "control_group"];
  const cells = [
    process.pid,
    process.name,
    process.kind,
    process.memoryUsedMib,
    process.containerId,
    process.controlGroup,
  ];
  return `${head.join("\t")}\n${cells.map((cell) => cell ?? "").join("\t")}`;
}
