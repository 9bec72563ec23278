"use client";
import { Panel } from "@/components/ui/panel";
import { RowsLoading } from "./list-panel";

/** A list to come. */
export function AdminLoading() {
  return (
    <Panel label="Loading" className="flex-none">
      <RowsLoading label="list" />
    </Panel>
  );
}
