import type { GpuReading } from "@/domain/gpu/collector-message";
import type { GpuSource } from "@/domain/gpu/gpu-sample";

export interface ReaderEvents {
  /** All GPUs of one reading, one clause on what is read ("reads 2 GPUs"), and true when some of the source's addresses fail. */
  onTick: (readings: GpuReading[], detail: string, isPartial?: boolean) => void;
  /** The run is over; one clause says why. Nothing comes after it. */
  onFailure: (detail: string) => void;
}

/** One source of readings. A run goes on until it fails or is stopped. */
export interface SourceReader {
  source: GpuSource;
  /** Begins a run and returns what stops it at once. Events come later, never during this call. */
  start: (events: ReaderEvents) => () => void;
}
