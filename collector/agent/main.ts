import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import packageFile from "@/package.json" with { type: "json" };
import type { CollectorSettings } from "@/domain/gpu/collector-message";
import { GpuSource } from "@/domain/gpu/gpu-sample";
import { AppError, isAppError } from "@/server/errors";
import { startCollector } from "@/server/gpu/collector-process";
import { BatchExtras } from "./batch-extras";
import { createBatchSender, systemClock } from "./batch-sender";
import { readKeyFile } from "./key-file";
import { createPortalClient, type SendResult } from "./portal-client";
import { createProgress } from "./progress";
import { SampleQueue } from "./sample-queue";

const LAST_TRY_MS = 3_000;
const BYTES_OF_MIB = 1024 * 1024;

export interface AgentOptions {
  portalUrl: string;
  /** Null: no key is sent, which a portal on this machine takes. */
  keyFile: string | null;
  /** Where samples wait that are not sent yet. */
  dataDir: string;
  /** Every sample that was read, as a line of JSON; null: none. */
  samplesLog: string | null;
  settings: CollectorSettings & { spoolMaxMib: number };
  /** The program that reads the GPUs, and its arguments. */
  collector: { command: string; args: readonly string[] };
  /** Writes one line for the person at the terminal. */
  say: (line: string) => void;
  /** Called with the name of a step at its begin; what it answers ends the step with a detail. */
  onStep: (name: string) => (detail?: string) => void;
}

export interface RunningAgent {
  /** Ends the collector, tries once to send what waits, and keeps the rest on disk: within 10 s. */
  stop: () => Promise<void>;
}

/**
 * Reads the GPUs of this machine and sends them to a portal elsewhere. A portal that cannot be reached is no reason to end: samples
 * wait on disk. Rejects with an AppError, one sentence, when the start shows that a person must act: no key, a wrong key, no portal.
 */
export async function startAgent(options: AgentOptions): Promise<RunningAgent> {
  const { settings, keyFile, say, onStep } = options;
  const readKey = () => (keyFile === null ? null : readKeyFile(keyFile));
  readKey();
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const queue = await SampleQueue.open({
    folder: join(options.dataDir, "agent-spool"),
    maxBytes: settings.spoolMaxMib * BYTES_OF_MIB,
    samplesLog: options.samplesLog,
  });
  const progress = createProgress({ say, queue });
  const client = createPortalClient({
    portalUrl: options.portalUrl,
    readKey: keepLastKey(readKey),
    nowMs: Date.now,
  });
  const extras = new BatchExtras();
  const sender = createBatchSender({
    queue,
    extras,
    client,
    host: settings.hostName,
    agent: { version: packageFile.version, run: randomUUID() },
    clock: systemClock,
    random: Math.random,
    onResult: (result, sent) => progress.show(result, sent),
  });
  if (keyFile !== null && isPlainAndFar(options.portalUrl))
    say("! The key travels unprotected: use the https address of the portal, if there is one.");
  const stopping = new AbortController();
  const greeted = onStep("portal");
  const first = await sender.greet(stopping.signal);
  const problem = problemOf(first);
  if (problem) {
    await queue.close();
    throw problem;
  }

  greeted(describeFirst(first, queue.state().samples));
  let appending = Promise.resolve();
  const collector = startCollector({
    ...options.collector,
    settings: { ...settings, gpuSources: settings.gpuSources ?? realSources },
    logger: { info: progress.collectorSays, warn: progress.collectorSays },
    onSamples(samples) {
      appending = appending.then(() => queue.append(samples));
    },
    onSources: () => undefined,
    onProcesses: (lists) => extras.addProcesses(lists),
    onQuarantined: (values) => extras.addQuarantined(values),
  });
  const running = sender.run(stopping.signal);
  return {
    async stop() {
      await collector.stop();
      await appending;
      stopping.abort();
      await running;
      await sender.sendRest(AbortSignal.timeout(LAST_TRY_MS));
      progress.showEnd();
      await queue.close();
    },
  };
}

/** A machine without a GPU sends none: invented ones belong to a portal that somebody tries out. */
const realSources = GpuSource.options.filter((source) => source !== "simulated");

/** What keeps the agent from starting at all: later the same is waited for. */
function problemOf(first: SendResult): AppError | null {
  const needsPerson = first.kind === "wrong_key" || first.kind === "not_a_portal";
  return needsPerson ? new AppError("UPSTREAM", first.sentence) : null;
}

function describeFirst(first: SendResult, waiting: number): string {
  const kept = waiting === 0 ? "" : `, ${waiting} samples of before are sent now`;
  return first.kind === "taken"
    ? `Sightline ${first.answer.version}${kept}`
    : "does not answer yet, samples wait on this machine";
}

function isPlainAndFar(portalUrl: string): boolean {
  const { protocol, hostname } = new URL(portalUrl);
  return protocol === "http:" && !/^(?:localhost|127\.[\d.]+|\[::1\])$/i.test(hostname);
}

/** The key file may change while the agent runs; while it cannot be read, the key of before is used. */
function keepLastKey(readKey: () => string | null): () => string | null {
  let last: string | null = null;
  return () => {
    try {
      last = readKey();
    } catch (error) {
      if (!isAppError(error)) throw error;
    }
    return last;
  };
}
