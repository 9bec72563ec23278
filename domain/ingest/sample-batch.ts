import * as z from "zod";
import { HostName } from "@/domain/gpu/gpu-sample";

/** Samples in one batch; at the usual length of a sample about 600 kB, and a body may hold 1 MB. */
export const MAX_BATCH_SAMPLES = 512;
/** Bytes of JSON that a sender puts into one batch; the head comes on top. */
export const MAX_BATCH_BYTES = 900_000;
/** Bytes of process lists in one batch beside its samples; what is more waits for the next. */
export const MAX_BATCH_PROCESS_BYTES = 64_000;
const MAX_BATCH_LISTS = 256;
export const MAX_BATCH_QUARANTINED = 64;

const Count = z.int().min(0).max(1e12);

/**
 * `POST /api/ingest/gpu-samples`: what an agent read on its host. An empty batch is a sign of life, and asks whether the key is right.
 * Each sample is checked for itself (`GpuSample`), so that one bad one does not hold up the others.
 */
export const SampleBatch = z.object({
  /** The machine that the agent runs on; of every sample that names no host. */
  host: HostName.min(1).regex(/^[^\p{Cc}\p{Surrogate}]*$/u, {
    error: "a host name holds no control characters",
  }),
  agent: z.object({
    version: z.string().min(1).max(64),
    /** New with each start of the agent: batch numbers count within it. */
    run: z.string().min(1).max(64),
  }),
  /** Counts from 1 in each run; a batch that is sent again keeps its number. */
  sequence: Count,
  /** The agent's clock when it sent this. */
  sentAtMs: z.int().min(0).max(8.64e15),
  /** What the agent has on disk and has not sent yet, without this batch. */
  backlog: z.object({
    samples: Count,
    /** Null when nothing waits. */
    oldestMs: z.int().min(0).max(8.64e15).nullable(),
    /** Samples that were lost at the cap of the spool, in this run. */
    dropped: Count,
  }),
  samples: z.array(z.unknown()).max(MAX_BATCH_SAMPLES),
  /** New lists of processes (`GpuProcessList`), and what was set aside (`QuarantinedValue`): neither is kept over an absence. */
  processes: z.array(z.unknown()).max(MAX_BATCH_LISTS).default([]),
  quarantined: z.array(z.unknown()).max(MAX_BATCH_QUARANTINED).default([]),
});
export type SampleBatch = z.infer<typeof SampleBatch>;

/** Why a sample of a batch was not taken. It does not help to send it again. */
export const SampleRefusal = z.enum([
  "invalid", // not a sample, or out of bounds
  "too_old", // past the retention of single samples
  "too_far_ahead", // more than a day in the future
  "too_many_gpus", // the portal keeps no more GPUs
]);
export type SampleRefusal = z.infer<typeof SampleRefusal>;

/** The answer to a batch: it is sent when everything in it is stored, on disk at least, or refused for good. */
export const SampleBatchAnswer = z.object({
  service: z.literal("sightline"),
  version: z.string().max(64),
  /** Samples that are stored now, on disk at least; one that was sent before counts again, and is stored once. */
  accepted: Count,
  /** Samples that were not taken, by reason. */
  refused: z.partialRecord(SampleRefusal, Count),
  serverTimeMs: z.int().min(0),
});
export type SampleBatchAnswer = z.infer<typeof SampleBatchAnswer>;
