"use client";
import { createContext, type ReactNode, use, useMemo } from "react";
import type { GpuPressure, Pressure } from "@/domain/pressure/gpu-pressure";
import type { PressureThresholds } from "@/domain/pressure/pressure-level";
import { usualThresholds } from "@/domain/units/format-memory";

export interface PressureView {
  thresholds: PressureThresholds;
  /** What the server knows of the pressure of each GPU, by its id; empty until it has answered. */
  byUuid: ReadonlyMap<string, GpuPressure>;
}

const unknown: PressureView = { thresholds: usualThresholds, byUuid: new Map() };

const PressureContext = createContext<PressureView>(unknown);

/** Gives cards, tables and charts the levels and the thresholds of the memory pressure. */
export function PressureScope({
  pressure,
  children,
}: {
  pressure: Pressure | undefined;
  children: ReactNode;
}) {
  const view = useMemo(
    () =>
      pressure === undefined
        ? unknown
        : {
            thresholds: pressure.thresholds,
            byUuid: new Map(pressure.gpus.map((gpu) => [gpu.gpuUuid, gpu])),
          },
    [pressure],
  );
  return <PressureContext value={view}>{children}</PressureContext>;
}

export function usePressureView(): PressureView {
  return use(PressureContext);
}
