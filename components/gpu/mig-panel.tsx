"use client";
import { RangeLink } from "@/components/layout/range-link";
import { Panel } from "@/components/ui/panel";
import { Cell, HeadCell, Table } from "@/components/ui/table";
import type { FleetRow } from "@/domain/fleet/fleet-rows";
import { rollUpMig } from "@/domain/gpu/mig-roll-up";
import { formatGibOf } from "@/domain/units/format-memory";
import { formatFull, NO_VALUE } from "@/domain/units/format-number";
import { gpuHref } from "./gpu-href";
import { GpuValue } from "./gpu-value";
import { MemoryShare } from "./memory-share";
import { VramAmount } from "./vram-amount";

interface MigPanelProps {
  /** The whole GPU and its instances. */
  parent: FleetRow;
  instances: readonly FleetRow[];
  /** Which of them the page is of. */
  shownUuid: string;
}

/** A split GPU: its instances with their memory, and what they hold together. */
export function MigPanel({ parent, instances, shownUuid }: MigPanelProps) {
  const sum = rollUpMig(
    parent.gpu.sample,
    instances.map(({ gpu }) => gpu.sample),
  );
  return (
    <Panel
      title="MIG instances"
      subtitle={`${instances.length} of ${parent.name}`}
      className="flex-none"
    >
      <div tabIndex={0} role="region" aria-label="MIG instances" className="overflow-x-auto">
        <Table>
          <thead>
            <tr>
              <HeadCell>Instance</HeadCell>
              <HeadCell>Profile</HeadCell>
              <HeadCell isNumber>SM</HeadCell>
              <HeadCell>VRAM GiB</HeadCell>
              <HeadCell isNumber>Share</HeadCell>
              <HeadCell isNumber>Processes</HeadCell>
            </tr>
          </thead>
          <tbody>
            <InstanceRow row={parent} isShown={parent.gpu.sample.gpuUuid === shownUuid} />
            {instances.map((row) => (
              <InstanceRow
                key={row.gpu.sample.gpuUuid}
                row={row}
                isShown={row.gpu.sample.gpuUuid === shownUuid}
              />
            ))}
          </tbody>
        </Table>
      </div>
      {sum !== null && (
        <p className="flex min-h-8 items-center border-t border-line-1 px-3 py-1 type-12 text-fg-3">
          <span>
            Instances together{" "}
            <b className="font-medium text-fg-1">
              {formatGibOf(sum.memoryUsedMib, sum.memoryTotalMib)}
            </b>
            ,{" "}
            {sum.computeProcessesCount === null
              ? `${NO_VALUE} processes: an instance does not tell`
              : `${formatFull(sum.computeProcessesCount)} processes`}
          </span>
        </p>
      )}
    </Panel>
  );
}

function InstanceRow({ row, isShown }: { row: FleetRow; isShown: boolean }) {
  const { sample, stale, carriedFromMs } = row.gpu;
  const isWhole = row.parentUuid === null;
  return (
    <tr
      aria-current={isShown ? "true" : undefined}
      className={
        isShown ? "bg-accent-soft shadow-[inset_2px_0_0_var(--accent)]" : "hover:bg-surface-2"
      }
    >
      <Cell className={isWhole ? undefined : "pl-7!"}>
        <RangeLink
          href={gpuHref(sample.gpuUuid)}
          className={isWhole ? "font-semibold hover:underline" : "hover:underline"}
        >
          {row.label}
        </RangeLink>
      </Cell>
      <Cell className="text-fg-2">{isWhole ? "whole GPU" : (sample.migProfile ?? NO_VALUE)}</Cell>
      <Cell isNumber>
        <GpuValue sample={sample} metric="utilizationPercent" withUnit />
      </Cell>
      <Cell>
        <VramAmount sample={sample} stale={stale} />
      </Cell>
      <Cell isNumber>
        <MemoryShare sample={sample} />
      </Cell>
      <Cell isNumber>
        <GpuValue
          sample={sample}
          metric="computeProcessesCount"
          readAtMs={carriedFromMs.computeProcessesCount}
        />
      </Cell>
    </tr>
  );
}
