import type { PrismaClient } from "@/prisma/generated/client";
import { numberArrayLiteral, textArrayLiteral } from "@/server/database/array-literal";
import type { GpuStore, SeenDevice } from "./gpu-store";
import { insertError } from "./store-error";

const UPSERT = `
INSERT INTO gpu_devices (uuid, gpu_index, name, source, simulated, first_seen_at, last_seen_at,
  host, vendor, memory_kind, parent_uuid, mig_profile)
SELECT uuid, gpu_index, name, source, source = 'simulated',
  to_timestamp(first_ms / 1000), to_timestamp(last_ms / 1000),
  host, vendor, memory_kind, parent_uuid, mig_profile
FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::float8[], $6::float8[],
    $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
  AS seen (uuid, gpu_index, name, source, first_ms, last_ms, host, vendor, memory_kind, parent_uuid, mig_profile)
ORDER BY uuid -- the same order in every process, or two could wait for each other
ON CONFLICT (uuid) DO UPDATE SET
  gpu_index = excluded.gpu_index,
  name = COALESCE(excluded.name, gpu_devices.name),
  source = excluded.source,
  simulated = excluded.simulated,
  host = excluded.host,
  vendor = COALESCE(excluded.vendor, gpu_devices.vendor),
  memory_kind = COALESCE(excluded.memory_kind, gpu_devices.memory_kind),
  parent_uuid = excluded.parent_uuid,
  mig_profile = excluded.mig_profile,
  last_seen_at = excluded.last_seen_at
WHERE excluded.last_seen_at >= gpu_devices.last_seen_at`;

// One statement may not touch a row twice.
function newestOfEach(devices: readonly SeenDevice[]): SeenDevice[] {
  const newest = new Map<string, SeenDevice>();
  for (const device of devices) {
    const known = newest.get(device.uuid);
    if (!known || known.lastSeenAtMs <= device.lastSeenAtMs) newest.set(device.uuid, device);
  }
  return [...newest.values()];
}

/** Table `gpu_devices`. */
export function createDeviceStore(prisma: PrismaClient): Pick<GpuStore, "upsertDevices"> {
  return {
    async upsertDevices(devices) {
      const rows = newestOfEach(devices);
      if (rows.length === 0) return;
      const numbers = (of: (device: SeenDevice) => number) =>
        numberArrayLiteral(rows.length, (at) => (rows[at] ? of(rows[at]) : null));
      const texts = (of: (device: SeenDevice) => string | null) => textArrayLiteral(rows.map(of));
      await prisma
        .$executeRawUnsafe(
          UPSERT,
          texts((row) => row.uuid),
          numbers((row) => row.gpuIndex),
          texts((row) => row.name),
          texts((row) => row.source),
          numbers((row) => row.firstSeenAtMs),
          numbers((row) => row.lastSeenAtMs),
          texts((row) => row.host),
          texts((row) => row.vendor),
          texts((row) => row.memoryKind),
          texts((row) => row.parentUuid),
          texts((row) => row.migProfile),
        )
        .catch((error: unknown) => {
          throw insertError(error);
        });
    },
  };
}
