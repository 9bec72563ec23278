import { GpuUuid } from "@/domain/gpu/gpu-uuid";
import { AppError } from "@/server/errors";

/** Where a page of history ended: the next one holds what is older. A time, not an offset: new rows do not move it. */
export interface HistoryCursor {
  gpuUuid: string;
  beforeMs: number;
}

const VERSION = "1";
const LATEST_MS = 8.64e15;

export function encodeHistoryCursor({ gpuUuid, beforeMs }: HistoryCursor): string {
  return Buffer.from(`${VERSION}.${beforeMs}.${gpuUuid}`).toString("base64url");
}

/** Throws INVALID for anything but what `encodeHistoryCursor` makes. */
export function decodeHistoryCursor(cursor: string): HistoryCursor {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  const [, time, uuid] = /^1\.(\d{1,16})\.(.+)$/s.exec(text) ?? [];
  const gpuUuid = GpuUuid.safeParse(uuid);
  const beforeMs = Number(time);
  const isOurs = gpuUuid.success && beforeMs <= LATEST_MS;
  if (isOurs && encodeHistoryCursor({ gpuUuid: gpuUuid.data, beforeMs }) === cursor)
    return { gpuUuid: gpuUuid.data, beforeMs };
  throw new AppError(
    "INVALID",
    "cursor is not one that this address gave. Take next_cursor of the last answer, or leave cursor out to begin with the newest.",
  );
}
