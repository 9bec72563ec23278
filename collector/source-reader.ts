import type { GpuReading } from "@/domain/gpu/collector-message";
import type { GpuProcessList } from "@/domain/gpu/gpu-process";
import type { GpuSource } from "@/domain/gpu/gpu-sample";

export interface ReaderEvents {
  /** All GPUs of one reading, one clause on what is read ("reads 2 GPUs"), and true when some of the source's addresses fail. */
  onTick: (readings: GpuReading[], detail: string, isPartial?: boolean) => void;
  /** The run is over; one clause says why. Nothing comes after it. */
  onFailure: (detail: string) => void;
  /** The processes of all GPUs, of a source that knows them: on its own slow beat and after `readProcesses`. */
  onProcesses: (lists: GpuProcessList[]) => void;
}

/** One source of readings. A run goes on until it fails or is stopped. */
export interface SourceReader {
  source: GpuSource;
  /** Begins a run and returns what stops it at once. Events come later, never during this call. */
  start: (events: ReaderEvents) => () => void;
  /** Somebody looks at processes now: read them at once. Does nothing while no run goes on. */
  readProcesses?: () => void;
}
