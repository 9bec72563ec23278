import type { MissingReason } from "@/domain/gpu/gpu-sample";
import type { NvmlLibrary } from "./nvml-library";
import { nvmlCode, type NvmlSymbol } from "./nvml-symbols";

/** A device of the library: the address of something of its own. User space ends far below 2^53. */
export type NvmlHandle = number;

/** A value, or why there is none. */
export type NvmlRead = number | MissingReason;

/** The most that one call writes, the process list aside (which has its own). */
const OUT_BYTES = 4_096;
const NAME_BYTES = 96; // NVML_DEVICE_NAME_V2_BUFFER_SIZE
const TWO_TO_32 = 2 ** 32;

const utf8 = new TextDecoder();

/**
 * Calls of the library, each guarded on its own. What a call writes goes into one buffer that is made once: a call costs about 0.2 us
 * so, and several times that with structures made for each. A value must be taken before the next call.
 */
export class NvmlCalls {
  /** Code of the last call; null when the library lacks the function. */
  code: number | null = 0;
  /** A call since the last `forget` was refused because the library is not initialised. */
  sawUninitialized = false;
  /** A call since the last `forget` was told that its GPU is gone. */
  sawLost = false;
  /** Calls since the last `forget` that ended well, and those that ended with an error other than "not supported". */
  successes = 0;
  errors = 0;
  /** Code of the newest such error. */
  lastErrorCode = 0;
  readonly out = new ArrayBuffer(OUT_BYTES);
  readonly u32 = new Uint32Array(this.out);
  readonly u64 = new BigUint64Array(this.out);
  readonly #second = new Uint32Array(64);
  readonly #functions: NvmlLibrary["functions"];
  /** Versioned structures that this driver does not take. */
  readonly #refused = new Set<NvmlSymbol>();

  constructor(library: NvmlLibrary) {
    this.#functions = library.functions;
  }

  forget(): void {
    this.sawUninitialized = false;
    this.sawLost = false;
    this.successes = 0;
    this.errors = 0;
  }

  /** May be called: the library has it, and has not refused its structure before. */
  has(symbol: NvmlSymbol): boolean {
    return this.#functions[symbol] !== undefined && !this.#refused.has(symbol);
  }

  /** Never to be called again: the driver knows another version of its structure. */
  refuse(symbol: NvmlSymbol): void {
    this.#refused.add(symbol);
  }

  /** Calls with these arguments before the buffer. True when it succeeded. */
  call(symbol: NvmlSymbol, a?: number, b?: number): boolean {
    const run = this.#functions[symbol];
    if (run === undefined) return this.#note(null);
    if (a === undefined) return this.#note(run(this.u32));
    return this.#note(b === undefined ? run(a, this.u32) : run(a, b, this.u32));
  }

  /** For calls with other shapes of arguments. */
  callWith(symbol: NvmlSymbol, ...values: (number | ArrayBufferView)[]): boolean {
    const run = this.#functions[symbol];
    return this.#note(run === undefined ? null : run(...values));
  }

  /** `nvmlX(device, unsigned *first, unsigned *second)`: only the first counts. */
  callForTwo(symbol: NvmlSymbol, device: NvmlHandle): boolean {
    return this.callWith(symbol, device, this.u32, this.#second);
  }

  /** An unsigned int. */
  integer(symbol: NvmlSymbol, device: NvmlHandle, type?: number): NvmlRead {
    return this.call(symbol, device, type) ? this.word(0) : this.reason();
  }

  /** An unsigned long long. */
  long(symbol: NvmlSymbol, device: NvmlHandle): NvmlRead {
    return this.call(symbol, device) ? this.longAt(0) : this.reason();
  }

  word(place: number): number {
    return this.u32[place] ?? 0;
  }

  /** Beyond 2^53 it is rounded: nothing that can be is so large. */
  longAt(place: number): number {
    return this.word(2 * place) + this.word(2 * place + 1) * TWO_TO_32;
  }

  /** A text that the library writes; one without its end is cut at the end of the buffer. Null when there is none. */
  text(symbol: NvmlSymbol, device: NvmlHandle): string | null {
    this.u64.fill(0n, 0, NAME_BYTES / 8);
    if (!this.callWith(symbol, device, this.u32, NAME_BYTES)) return null;
    const bytes = new Uint8Array(this.out, 0, NAME_BYTES);
    const end = bytes.indexOf(0);
    const text = utf8.decode(end === -1 ? bytes : bytes.subarray(0, end));
    // What PostgreSQL and a terminal would choke on.
    return text.replaceAll(/\p{Cc}/gu, "").trim() || null;
  }

  /** Why the last call gave nothing. */
  reason(): MissingReason {
    if (this.code === null) return "unknown_to_driver";
    return this.code === nvmlCode.notSupported ? "not_supported" : "read_error";
  }

  /** The call on a thread of its own: the first ones may take seconds while the driver wakes the GPUs. */
  callSlowly(symbol: NvmlSymbol, ...values: (number | ArrayBufferView)[]): Promise<number> {
    return new Promise((resolve, reject) => {
      const run = this.#functions[symbol];
      if (run === undefined) resolve(nvmlCode.functionNotFound);
      else
        run.async(...values, (error, code) => {
          if (error instanceof Error) reject(error);
          else resolve(code);
        });
    });
  }

  #note(code: number | null): boolean {
    this.code = code;
    if (code === nvmlCode.success) {
      this.successes += 1;
      return true;
    }
    // "Nothing came" is no fault of the library.
    if (code === null || code === nvmlCode.notSupported || code === nvmlCode.timeout) return false;
    if (code === nvmlCode.uninitialized) this.sawUninitialized = true;
    if (code === nvmlCode.gpuIsLost) this.sawLost = true;
    this.errors += 1;
    this.lastErrorCode = code;
    return false;
  }
}
