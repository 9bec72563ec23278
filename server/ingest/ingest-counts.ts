import { SampleRefusal } from "@/domain/ingest/sample-batch";
import type { StoredSamples } from "./ingest-context";

/** What agents have sent since the start; read at each scrape. */
export class IngestCounts {
  batches = 0;
  accepted = 0;
  readonly refused = Object.fromEntries(
    SampleRefusal.options.map((reason) => [reason, 0]),
  ) as Record<SampleRefusal, number>;

  add(batch: { stored: StoredSamples; refused: Partial<Record<SampleRefusal, number>> }): void {
    this.batches++;
    this.accepted += batch.stored.accepted;
    for (const reason of SampleRefusal.options) this.refused[reason] += batch.refused[reason] ?? 0;
  }
}
