import { readFileSync, statSync } from "node:fs";
import { AppError } from "@/server/errors";

const MAX_FILE_BYTES = 4_096;

/**
 * The text of a file that holds a secret; "" of one of more than 4 KB, which holds none. Throws an AppError with one sentence that names
 * the setting and what else can be done (`instead`: "or remove the setting"), never the text.
 */
export function readSecretFile(file: string, setting: { name: string; instead: string }): string {
  try {
    const found = statSync(file);
    if (!found.isFile()) throw new Error("not a file");
    return found.size > MAX_FILE_BYTES ? "" : readFileSync(file, "utf8");
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const what = isMissing ? "does not exist" : "cannot be read";
    throw new AppError(
      "INVALID",
      `The file of ${setting.name} ${what}: correct the path or its rights, ${setting.instead}.`,
      { cause: error },
    );
  }
}
