import type { GpuStore } from "./gpu-store";
import { SampleColumns } from "./sample-columns";
import { isUnstorable } from "./store-error";

/** What became of samples that were sent to the database. */
export interface Inserted {
  written: number;
  /** The database had them already. */
  duplicates: number;
  /** The database will never take them. */
  refused: number;
}

/** Halves a batch that holds a refused sample until that one stands alone: one bad sample must not hold up the others. */
export async function insertBatch(
  store: Pick<GpuStore, "insertSamples">,
  batch: SampleColumns,
): Promise<Inserted> {
  try {
    const written = await store.insertSamples(batch);
    return { written, duplicates: batch.length - written, refused: 0 };
  } catch (error) {
    if (!isUnstorable(error)) throw error;
    if (batch.length === 1) return { written: 0, duplicates: 0, refused: 1 };
  }
  const samples = batch.samples();
  const middle = Math.ceil(samples.length / 2);
  const first = await insertBatch(store, SampleColumns.from(samples.slice(0, middle)));
  const second = await insertBatch(store, SampleColumns.from(samples.slice(middle)));
  return {
    written: first.written + second.written,
    duplicates: first.duplicates + second.duplicates,
    refused: first.refused + second.refused,
  };
}
