"use client";
import { Download } from "lucide-react";
import { useShortcut } from "@/components/layout/shortcuts";
import { Button } from "@/components/ui/button";
import { SegmentedControl } from "@/components/ui/segmented-control";
import type { PointsView } from "./points-view";

interface PointsActionsProps {
  /** What the view is of: "Heat map"; and its name in the control: "Map". */
  of: string;
  drawn: string;
  view: PointsView;
  onView: (view: PointsView) => void;
  onCsv: () => void;
}

/** Drawn or as a table (`t`), and the points as a file. */
export function PointsActions({ of, drawn, view, onView, onCsv }: PointsActionsProps) {
  useShortcut({ keys: "t", label: "Table instead of charts", group: "On this page" }, () => {
    onView(view === "table" ? "charts" : "table");
  });
  return (
    <>
      <SegmentedControl
        label={`View of ${of}`}
        size="sm"
        value={view}
        onChange={onView}
        options={[
          { value: "charts", label: drawn },
          { value: "table", label: "Table" },
        ]}
      />
      <Button size="sm" icon={<Download />} aria-label={`CSV of ${of}`} onClick={onCsv}>
        CSV
      </Button>
    </>
  );
}
