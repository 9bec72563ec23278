"use client";
import { Menu } from "@base-ui/react/menu";
import { Download } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { saveFile } from "@/components/charts/download-csv";
import { readExport } from "@/components/charts/read-export";
import { buttonClass } from "@/components/ui/button";
import { showToast } from "@/components/ui/toast";
import { menuItemClass, menuPopupClass } from "./menu-look";

const formats = [
  { format: "csv", label: "CSV, for a spreadsheet" },
  { format: "ndjson", label: "NDJSON, for a program" },
] as const;
type Format = (typeof formats)[number]["format"];

/** Saves every row that matches as a file, oldest first, with the hashes that prove it. */
export function AuditExport({
  conditions,
}: {
  conditions: Readonly<Record<string, string | number>>;
}) {
  const [isRunning, setIsRunning] = useState(false);
  const running = useRef<AbortController | null>(null);
  useEffect(
    () => () => {
      running.current?.abort();
    },
    [],
  );
  const save = async (format: Format) => {
    const controller = new AbortController();
    running.current = controller;
    setIsRunning(true);
    try {
      const { blob, name } = await readExport(exportAddress(format, conditions), {
        signal: controller.signal,
        onProgress: () => undefined,
      });
      saveFile(name ?? `audit.${format}`, blob);
      showToast({ tone: "ok", text: `${name ?? "The audit"} is saved` });
    } catch (error) {
      if (!controller.signal.aborted)
        showToast({ tone: "crit", text: error instanceof Error ? error.message : String(error) });
    } finally {
      setIsRunning(false);
    }
  };
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className={buttonClass({ size: "sm" })} disabled={isRunning}>
        <Download />
        {isRunning ? "Exporting" : "Export"}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={4} collisionPadding={12} className="z-30">
          <Menu.Popup className={menuPopupClass}>
            {formats.map(({ format, label }) => (
              <Menu.Item
                key={format}
                className={menuItemClass}
                onClick={() => {
                  void save(format);
                }}
              >
                {label}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function exportAddress(
  format: Format,
  conditions: Readonly<Record<string, string | number>>,
): string {
  const query = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(conditions)) query.set(name, String(value));
  return `/api/audit/export?${query.toString()}`;
}
