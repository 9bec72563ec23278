import { GpuProcessList } from "@/domain/gpu/gpu-process";
import { GpuSample } from "@/domain/gpu/gpu-sample";
import { QuarantinedValue } from "@/domain/gpu/quarantined-value";
import {
  SampleBatch,
  type SampleBatchAnswer,
  type SampleRefusal,
} from "@/domain/ingest/sample-batch";
import { AppError } from "@/server/errors";
import { validationSentence } from "@/server/http/error-answer";
import type { IngestContext } from "./ingest-context";
import { uniqueUuid, withUniqueUuids } from "./unique-uuid";

/**
 * Takes what an agent has sent. Answers when it is stored; throws INVALID when it is no batch, and what the store throws when it
 * cannot keep it: the agent then sends it again, which stores nothing twice.
 */
export async function acceptBatch(ctx: IngestContext, body: unknown): Promise<SampleBatchAnswer> {
  const batch = parseBatch(body);
  const samples: GpuSample[] = [];
  const refused: Partial<Record<SampleRefusal, number>> = {};
  const refuse = (reason: SampleRefusal) => (refused[reason] = (refused[reason] ?? 0) + 1);
  for (const raw of batch.samples) {
    const sample = GpuSample.safeParse(raw);
    if (!sample.success) refuse("invalid");
    else samples.push(withUniqueUuids({ ...sample.data, host: sample.data.host || batch.host }));
  }
  ctx.agents.heard(batch); // before it is stored: an agent whose samples must wait is not lost
  const stored =
    samples.length === 0 ? { accepted: 0, refusals: [] } : await ctx.storeSamples(samples);
  for (const reason of stored.refusals) refuse(reason);
  acceptExtras(ctx, batch);
  ctx.counts.add({ stored, refused });
  return {
    service: "sightline",
    version: ctx.version,
    accepted: stored.accepted,
    refused,
    serverTimeMs: ctx.nowMs(),
  };
}

/** What comes beside the samples. One that is not understood is left out: it does not help to send it again. */
function acceptExtras(ctx: IngestContext, { host, processes, quarantined }: SampleBatch): void {
  const named = <Item extends { gpuUuid: string }>(item: Item): Item => ({
    ...item,
    gpuUuid: uniqueUuid(item.gpuUuid, host),
  });
  const lists = processes.flatMap((raw) => GpuProcessList.safeParse(raw).data ?? []);
  const values = quarantined.flatMap((raw) => QuarantinedValue.safeParse(raw).data ?? []);
  if (lists.length > 0) ctx.acceptProcesses(lists.map(named));
  if (values.length > 0) ctx.acceptQuarantined(values.map(named));
}

function parseBatch(body: unknown): SampleBatch {
  const batch = SampleBatch.safeParse(body);
  if (batch.success) return batch.data;
  const what = validationSentence(batch.error, "body") ?? "it has another form";
  throw new AppError("INVALID", `This is no batch of samples: ${what}.`);
}
