"use client";
import { useCallback, useState } from "react";

/** Which GPUs hide their MIG instances; the map and the table share it. */
export function useClosedRows() {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((gpuUuid: string) => {
    setClosed((known) => {
      const next = new Set(known);
      if (!next.delete(gpuUuid)) next.add(gpuUuid);
      return next;
    });
  }, []);
  return { closed, toggle };
}
