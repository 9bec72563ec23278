"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { saveFile } from "@/components/charts/download-csv";
import { readExport } from "@/components/charts/read-export";
import { formatIso } from "@/domain/time/format-time";

export type ExportState =
  | { phase: "idle" | "cancelled" }
  | { phase: "running"; rows: number; totalRows: number | null }
  | { phase: "done"; rows: number }
  | { phase: "failed"; problem: string };

interface ExportRequest {
  gpuUuids: readonly string[];
  fromMs: number;
  toMs: number;
}

/** Every sample of a range as a file: streamed by the server, counted here, cancelled at any time. */
export function useRangeExport() {
  const [state, setState] = useState<ExportState>({ phase: "idle" });
  const running = useRef<AbortController | null>(null);
  const cancel = useCallback(() => {
    running.current?.abort();
  }, []);
  useEffect(() => cancel, [cancel]);

  const start = useCallback((request: ExportRequest) => {
    const controller = new AbortController();
    running.current = controller;
    setState({ phase: "running", rows: 0, totalRows: null });
    const query = new URLSearchParams({
      from: formatIso(Math.floor(request.fromMs)),
      to: formatIso(Math.ceil(request.toMs)),
      format: "csv",
    });
    for (const gpuUuid of request.gpuUuids) query.append("gpu", gpuUuid);
    readExport(`/api/system/gpu/export?${query.toString()}`, {
      signal: controller.signal,
      onProgress: (progress) => {
        setState({ phase: "running", ...progress });
      },
    }).then(
      ({ blob, name, rows }) => {
        saveFile(name ?? "gpu-history.csv", blob);
        setState({ phase: "done", rows });
      },
      (error: unknown) => {
        if (controller.signal.aborted) setState({ phase: "cancelled" });
        else setState({ phase: "failed", problem: error instanceof Error ? error.message : "" });
      },
    );
  }, []);
  return { state, start, cancel };
}
