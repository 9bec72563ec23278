import { neededSymbols, nvmlSignatures, type NvmlSymbol } from "./nvml-symbols";

type NvmlArgument = number | ArrayBufferView;

interface NvmlFunction {
  (...values: NvmlArgument[]): number;
  /** The same on a thread of its own; for calls that may take seconds. */
  async: (...values: (NvmlArgument | ((error: unknown, code: number) => void))[]) => void;
}

export interface NvmlLibrary {
  /** Only what this library has. */
  functions: Readonly<Partial<Record<NvmlSymbol, NvmlFunction>>>;
}

/** Why the library is of no use, as one clause for a person: no path, no stack. */
export class NvmlLibraryProblem extends Error {}

/**
 * Opens NVIDIA's management library. `path` null = `libnvidia-ml.so.1` where the system looks for libraries. Rejects with
 * NvmlLibraryProblem. Loading runs the library's own start code in this process: that of a program that may be killed.
 */
export async function openNvmlLibrary(path: string | null): Promise<NvmlLibrary> {
  // Not at the top: on a system without its binary the other sources still work.
  const koffi = await import("koffi").catch(() => {
    throw new NvmlLibraryProblem("libraries cannot be called on this kind of system");
  });
  let library;
  try {
    library = koffi.default.load(path ?? "libnvidia-ml.so.1", { lazy: true });
  } catch {
    throw new NvmlLibraryProblem(
      path === null
        ? "NVIDIA's management library is not installed"
        : "NVML_LIBRARY_PATH names no library that can be loaded",
    );
  }
  const functions: Partial<Record<NvmlSymbol, NvmlFunction>> = {};
  for (const [name, types] of Object.entries(nvmlSignatures)) {
    try {
      // Sound: the C function takes these arguments and answers an int.
      functions[name as NvmlSymbol] = library.func(name, "int", [...types]);
    } catch {
      // This driver does not have it: its values are null with the reason `unknown_to_driver`.
    }
  }
  if (neededSymbols.some((name) => functions[name] === undefined))
    throw new NvmlLibraryProblem("the library is not NVIDIA's, or is too old");
  return { functions };
}
