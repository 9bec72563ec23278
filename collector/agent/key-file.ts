import { readFileSync } from "node:fs";
import { INGEST_KEY_LENGTH, ingestKeyOf } from "@/domain/ingest/ingest-key-text";
import { AppError } from "@/server/errors";

/** The ingest key in a file. Throws an AppError with one sentence, which never holds the key. */
export function readKeyFile(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new AppError(
      "INVALID",
      isMissing
        ? `The key file ${file} does not exist: write a key of the kind ingest there, made on the portal's page Admin.`
        : `The key file ${file} cannot be read: correct its rights.`,
      { cause: error },
    );
  }
  const key = ingestKeyOf(text);
  if (key !== null) return key;
  const { min, max } = INGEST_KEY_LENGTH;
  throw new AppError(
    "INVALID",
    `The key file ${file} must hold one key of ${min} to ${max} letters, digits and signs: write a key of the kind ingest there, made on the portal's page Admin.`,
  );
}
