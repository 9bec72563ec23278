import { accessSync, constants, globSync } from "node:fs";
import path from "node:path";

/** Where scripts/faults.mjs unpacks what is not installed. */
const unpacked = path.resolve(import.meta.dirname, "../../artifacts/tools");

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A program such as `promtool`: on PATH, or unpacked by `npm run test:faults`. Null: skip the test and say so. */
export function findTool(name: string): string | null {
  const folders = [...(process.env.PATH ?? "").split(path.delimiter), `${unpacked}/usr/bin`];
  return folders.map((folder) => path.join(folder, name)).find(isProgram) ?? null;
}

/** The library that gives a process another wall clock (LD_PRELOAD, FAKETIME=+1h); null where there is none. */
export function findFaketimeLibrary(): string | null {
  const places = ["", unpacked].map((root) => `${root}/usr/lib/*/faketime/libfaketime.so.1`);
  return places.flatMap((place) => globSync(place))[0] ?? null;
}
