"use client";
import { useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import { formatFull } from "@/domain/units/format-number";
import { AuditRow } from "./audit-row";

interface AuditRowDialogProps {
  /** Null: closed. */
  sequence: number | null;
  onClose: () => void;
}

/** A row in detail, over the list where there is no room beside it. */
export function AuditRowDialog({ sequence, onClose }: AuditRowDialogProps) {
  const [last, setLast] = useState(sequence);
  // What was shown stays while the dialog closes.
  if (sequence !== null && sequence !== last) setLast(sequence);
  const shown = sequence ?? last;
  return (
    <Dialog
      title={shown === null ? "Row" : `Row ${formatFull(shown)}`}
      open={sequence !== null}
      onClose={onClose}
      className="max-w-120"
    >
      {shown !== null && (
        <div className="flex min-h-0 flex-col pt-2">
          <AuditRow key={shown} sequence={shown} />
        </div>
      )}
    </Dialog>
  );
}
