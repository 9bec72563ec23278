import { Counter, type Registry } from "@prometheus-io/client";
import type { ValidationRecord } from "@/domain/tokens/validation-record";
import { databaseProblem } from "@/server/database";
import type { Logger } from "@/server/logger";
import type { CountingErrors, ValidationLedger } from "@/server/tokens";
import type { LedgerContext } from "./ledger-context";
import { createLedgerRetention, type RetentionSettings } from "./ledger-retention";
import { pruneLedgerForever } from "./prune-ledger";
import type { RetentionStore } from "./retention-store";
import type { UsageReadStore } from "./usage-read-store";
import { ValidationRecorder } from "./validation-recorder";
import type { ValidationReadStore } from "./validation-read-store";
import type { ValidationWriteStore } from "./validation-write-store";

export interface LedgerStore {
  usage: UsageReadStore;
  validations: ValidationReadStore;
  writes: ValidationWriteStore;
  retention: RetentionStore;
}

export interface LedgerFeature {
  context: LedgerContext;
  ledger: ValidationLedger;
  /** To be run under the lock "token-retention": deletes what is past its retention, until aborted. */
  prune(signal: AbortSignal): Promise<void>;
  /** Stores what waits, for at most 2 s. */
  stop(): Promise<void>;
}

const LOST = "sightline_token_validations_unrecorded_total";

/** Validations that are kept: recorded here, and read by pages. */
export function createLedgerFeature(options: {
  store: LedgerStore;
  settings: RetentionSettings & { promptSamples: boolean };
  logger: Pick<Logger, "info" | "warn">;
  registry: Registry;
  nowMs: () => number;
  /** Called with each validation that was judged, whether or not it could be stored. */
  onRecorded?: (record: ValidationRecord) => void;
  errorOf?: CountingErrors["errorOf"];
}): LedgerFeature {
  const { store, settings, logger, registry, nowMs, onRecorded, errorOf = () => null } = options;
  // One line a change, not one a try.
  const reportDatabase = (what: string) => (error: unknown) => {
    if (error === null) logger.info(`${what} works again`);
    else logger.warn({ problem: databaseProblem(error).message }, `${what} fails`);
  };
  const recorder = new ValidationRecorder({
    store: store.writes,
    keepsSamples: settings.promptSamples,
    onStateChange: reportDatabase("Recording of validations"),
  });
  const retention = createLedgerRetention(settings);
  const context: LedgerContext = {
    usage: store.usage,
    validations: store.validations,
    retention,
    errorOf,
    nowMs,
  };
  new Counter({
    name: LOST,
    help: "Validations that were judged and not recorded, because the database did not take them in time.",
    registers: [registry],
    collect() {
      this.reset();
      this.inc(recorder.lost);
    },
  });
  return {
    context,
    ledger: {
      record(record, text) {
        onRecorded?.(record);
        return recorder.record(record, text);
      },
    },
    prune: (signal) =>
      pruneLedgerForever(
        {
          store: store.retention,
          retention,
          nowMs,
          onStateChange: reportDatabase("Deleting old validations"),
        },
        signal,
      ),
    async stop() {
      await recorder.stop();
      registry.removeSingleMetric(LOST);
    },
  };
}
