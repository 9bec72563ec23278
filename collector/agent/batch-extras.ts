import type { GpuProcessList } from "@/domain/gpu/gpu-process";
import type { QuarantinedValue } from "@/domain/gpu/quarantined-value";
import { MAX_BATCH_PROCESS_BYTES, MAX_BATCH_QUARANTINED } from "@/domain/ingest/sample-batch";

/** What one batch takes along. */
export interface Extras {
  processes: GpuProcessList[];
  quarantined: QuarantinedValue[];
  /** The portal has them. */
  done: () => void;
}

interface Entry {
  list: GpuProcessList;
  isSent: boolean;
}

/**
 * What is sent beside samples and is worth something now only: the newest process list of each GPU, and the newest values that were set
 * aside. Kept in memory until the portal has taken it.
 */
export class BatchExtras {
  #lists = new Map<string, Entry>();
  #quarantined: QuarantinedValue[] = [];

  /** All lists of the source, new ones and those of before. */
  addProcesses(lists: readonly GpuProcessList[]): void {
    const entries = lists.map((list): [string, Entry] => {
      const before = this.#lists.get(list.gpuUuid);
      const isSent = before?.isSent === true && before.list.readAtMs === list.readAtMs;
      return [list.gpuUuid, { list, isSent }];
    });
    this.#lists = new Map(entries);
  }

  addQuarantined(values: readonly QuarantinedValue[]): void {
    this.#quarantined = [...this.#quarantined, ...values].slice(-MAX_BATCH_QUARANTINED);
  }

  next(): Extras {
    const quarantined = this.#quarantined;
    const taken: Entry[] = [];
    const processes: GpuProcessList[] = [];
    let room = MAX_BATCH_PROCESS_BYTES;
    for (const entry of this.#lists.values()) {
      if (entry.isSent) continue;
      const list = fitted(entry.list);
      room -= bytesOf(list);
      if (room < 0) break;
      processes.push(list);
      taken.push(entry);
    }
    return {
      processes,
      quarantined,
      done: () => {
        for (const entry of taken) entry.isSent = true;
        this.#quarantined = this.#quarantined.filter((value) => !quarantined.includes(value));
      },
    };
  }
}

function bytesOf(list: GpuProcessList): number {
  return Buffer.byteLength(JSON.stringify(list)) + 1;
}

/** Of a list that no batch has room for, those processes that have most memory. */
function fitted(list: GpuProcessList): GpuProcessList {
  if (bytesOf(list) <= MAX_BATCH_PROCESS_BYTES) return list;
  const processes = list.processes.slice(0, Math.floor(list.processes.length / 2));
  return fitted({ ...list, processes, isCut: true });
}
