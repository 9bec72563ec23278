import { setTimeout as sleep } from "node:timers/promises";
import type { LedgerRetention } from "./ledger-retention";
import { type ExpiringKind, expiringKinds, type RetentionStore } from "./retention-store";

/** Each batch is a transaction of its own, so that nobody waits long for a row and nothing is undone by a stop. */
const BATCH_ROWS = 5_000;
const BETWEEN_BATCHES_MS = 50;
const EVERY_MS = 600_000;

export interface PruneOptions {
  store: RetentionStore;
  retention: LedgerRetention;
  nowMs: () => number;
}

/** Deletes all that is past its retention; answers how many rows of each kind. Stops between two batches when aborted. */
export async function pruneLedger(
  { store, retention, nowMs }: PruneOptions,
  signal: AbortSignal,
): Promise<Record<ExpiringKind, number>> {
  const deleted = Object.fromEntries(expiringKinds.map((kind) => [kind, 0])) as Record<
    ExpiringKind,
    number
  >;
  for (const kind of expiringKinds) {
    const beforeMs = retention.keptSinceMs(kind, nowMs());
    let count = BATCH_ROWS;
    while (count === BATCH_ROWS && !signal.aborted) {
      count = await store.deleteBefore(kind, beforeMs, BATCH_ROWS);
      deleted[kind] += count;
      if (count === BATCH_ROWS)
        await sleep(BETWEEN_BATCHES_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  return deleted;
}

/** Every ten minutes, until aborted. `onStateChange` hears when it begins to fail (the error) and when it works again (null). */
export async function pruneLedgerForever(
  options: PruneOptions & { onStateChange: (error: unknown) => void },
  signal: AbortSignal,
): Promise<void> {
  let isFailing = false;
  const report = (error: unknown) => {
    if (isFailing !== (error !== null)) options.onStateChange(error);
    isFailing = error !== null;
  };
  while (!signal.aborted) {
    await pruneLedger(options, signal).then(() => report(null), report);
    await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
