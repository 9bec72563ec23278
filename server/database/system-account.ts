import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { AppError } from "@/server/errors";

const run = promisify(execFile);

export interface SystemAccount {
  uid: number;
  gid: number;
}

async function readAccount(name: string): Promise<SystemAccount | null> {
  const number = async (flag: string) => Number((await run("id", [flag, name])).stdout.trim());
  try {
    return { uid: await number("-u"), gid: await number("-g") };
  } catch {
    return null;
  }
}

/**
 * PostgreSQL refuses to run as root: then this system user runs it, made here when absent.
 * Null when the portal is not root and PostgreSQL runs as the portal's own user.
 */
export async function findSystemAccount(name = "postgres"): Promise<SystemAccount | null> {
  if (process.getuid?.() !== 0) return null;
  const existing = await readAccount(name);
  if (existing) return existing;
  const flags = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"];
  try {
    await run("useradd", [...flags, name]);
  } catch (cause) {
    // A second portal that starts at the same moment may have made it.
    const made = await readAccount(name);
    if (made) return made;
    throw new AppError(
      "UNAVAILABLE",
      `PostgreSQL cannot run as root, and the system user "${name}" could not be made: start the portal as another user, or set DATABASE_URL.`,
      { cause },
    );
  }
  const made = await readAccount(name);
  if (made) return made;
  throw new AppError("UNAVAILABLE", `The system user "${name}" was made but cannot be found.`);
}
