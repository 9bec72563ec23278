"use client";
import { lazy, Suspense } from "react";
import { changeAddress } from "@/components/layout/url-state";
import { Panel } from "@/components/ui/panel";
import { CommandLine } from "@/components/ui/states";
import { useMedia } from "@/components/ui/use-media";
import { formatFull } from "@/domain/units/format-number";
import { AdminColumns } from "./admin-columns";
import { type AuditFilter, auditAddress } from "./audit-filter";
import { AuditPanel } from "./audit-panel";
import { AuditRow } from "./audit-row";

// Only narrow screens need it.
const AuditRowDialog = lazy(() =>
  import("./audit-row-dialog").then((loaded) => ({ default: loaded.AuditRowDialog })),
);

/** Everything that admins and operators did, and one row in detail beside it. */
export function AuditTab({ filter }: { filter: AuditFilter }) {
  const isNarrow = useMedia("(max-width: 1240px)");
  const { row } = filter;
  const open = (sequence: number | null) => {
    changeAddress(auditAddress({ row: sequence }), "replace");
  };
  return (
    <AdminColumns
      label="A row, and the chain"
      aside={
        <>
          {!isNarrow && (
            <Panel
              title={row === null ? "Row" : `Row ${formatFull(row)}`}
              className="max-h-[calc(100%-140px)] flex-none"
            >
              {row === null ? <ChooseRow /> : <AuditRow key={row} sequence={row} />}
            </Panel>
          )}
          <ChainPanel />
        </>
      }
    >
      <AuditPanel filter={filter} isMain onOpen={open} />
      {isNarrow && (
        <Suspense fallback={null}>
          <AuditRowDialog
            sequence={row}
            onClose={() => {
              open(null);
            }}
          />
        </Suspense>
      )}
    </AdminColumns>
  );
}

function ChooseRow() {
  return (
    <p className="px-3 pb-3 type-12 text-pretty text-fg-2">
      Choose a row to see what was before and after, where it came from and in which request.
    </p>
  );
}

function ChainPanel() {
  return (
    <Panel title="The chain" className="flex-none">
      <div className="flex flex-col gap-2 px-3 pb-3 type-12 text-fg-2">
        <p className="text-pretty">
          Each row holds the hash of the one before, so an edited, removed or moved row shows. The
          database refuses both; a check from outside the portal:
        </p>
        <CommandLine command="npm run audit:verify" />
      </div>
    </Panel>
  );
}
