import { AppError } from "@/server/errors";
import type { LedgerPlace } from "./validation-read-store";

const CURSOR = /^(\d{1,15})-(\d{1,18})$/;

export function cursorOf({ recordedAtMs, id }: LedgerPlace): string {
  return `${recordedAtMs}-${id}`;
}

/** Throws INVALID when it is none of ours. */
export function placeOf(cursor: string): LedgerPlace {
  const [, recordedAtMs, id] = CURSOR.exec(cursor) ?? [];
  if (recordedAtMs === undefined || id === undefined || Number(recordedAtMs) > LATEST_MS)
    throw new AppError("INVALID", "cursor must be the nextCursor of the page before");
  return { recordedAtMs: Number(recordedAtMs), id: BigInt(id) };
}

/** 9999-12-31 */
const LATEST_MS = 253_402_300_799_999;
