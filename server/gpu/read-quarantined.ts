import type { QuarantinedList } from "@/domain/gpu/quarantined-value";
import type { QuarantinedMemory } from "./quarantined-memory";

/** Values that were set aside because they cannot be, with counts by GPU and metric. */
export function readQuarantined(ctx: {
  quarantined: Pick<QuarantinedMemory, "list">;
}): QuarantinedList {
  return ctx.quarantined.list();
}
