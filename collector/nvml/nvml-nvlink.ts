import type { NvmlCalls, NvmlRead } from "./nvml-calls";
import type { NvmlDevice } from "./nvml-device";

// nvmlFieldValue_t, 40 bytes: field, scope, timestamp, latency, type, code, value (8 bytes).
const WORDS = 10;
const CODE_WORD = 7;
const TYPE_WORD = 6;
const VALUE_LONG = 4;
const TYPE_UNSIGNED_LONG = 2;
const TYPE_UNSIGNED_LONG_LONG = 3;
/** NVML_FI_DEV_NVLINK_THROUGHPUT_DATA_TX and _RX: KiB since the driver was loaded. */
const DATA_TRANSMIT = 138;
const DATA_RECEIVE = 139;
const ALL_LINKS = 0xffff_ffff;

/**
 * NVLink traffic since the last reading, KiB a second over all links, in one call. NVLink 5 answers only link by link, by other
 * fields: too dear, so there it is not supported.
 */
export function readNvlinkRates(
  calls: NvmlCalls,
  device: NvmlDevice,
  nowMs: number,
): { transmit: NvmlRead; receive: NvmlRead } {
  calls.u32.fill(0, 0, 2 * WORDS);
  for (const [place, field] of [DATA_TRANSMIT, DATA_RECEIVE].entries()) {
    calls.u32[place * WORDS] = field;
    calls.u32[place * WORDS + 1] = ALL_LINKS;
  }
  if (!calls.callWith("nvmlDeviceGetFieldValues", device.handle, 2, calls.u32)) {
    const reason = calls.reason();
    return { transmit: reason, receive: reason };
  }
  const [transmit, receive] = [readCounter(calls, 0), readCounter(calls, 1)];
  if (typeof transmit !== "number" || typeof receive !== "number") return { transmit, receive };
  const before = device.nvlink;
  device.nvlink = { transmitKib: transmit, receiveKib: receive, atMs: nowMs };
  const seconds = before === null ? 0 : (nowMs - before.atMs) / 1_000;
  const rate = (now: number, then: number): NvmlRead =>
    // The first reading has no rate yet, nor has one after the counter began anew.
    seconds > 0 && now >= then ? (now - then) / seconds : "not_sampled";
  return {
    transmit: rate(transmit, before?.transmitKib ?? 0),
    receive: rate(receive, before?.receiveKib ?? 0),
  };
}

function readCounter(calls: NvmlCalls, place: number): NvmlRead {
  const code = calls.word(place * WORDS + CODE_WORD);
  if (code !== 0) return code === 3 ? "not_supported" : "read_error";
  const type = calls.word(place * WORDS + TYPE_WORD);
  const isLong = type === TYPE_UNSIGNED_LONG || type === TYPE_UNSIGNED_LONG_LONG;
  return isLong ? calls.longAt((place * WORDS) / 2 + VALUE_LONG) : "read_error";
}
