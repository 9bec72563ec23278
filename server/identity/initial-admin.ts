import { PASSWORD_LENGTH } from "@/domain/identity/user";
import type { AuditOrigin } from "@/server/audit";
import type { Settings } from "@/server/env";
import { AppError } from "@/server/errors";
import type { Logger } from "@/server/logger";
import type { PasswordHasher } from "./password-hasher";
import { readSecretFile } from "./read-secret-file";
import type { UserStore } from "./user-store";

/**
 * While there is no admin, ADMIN_EMAIL becomes one with the password in ADMIN_PASSWORD_FILE; afterwards both do nothing, and the file
 * may go. Throws an AppError of one sentence when the file cannot serve; it never holds the password.
 */
export async function makeInitialAdmin(parts: {
  settings: Pick<Settings, "adminEmail" | "adminPasswordFile">;
  users: Pick<UserStore, "hasAdmin" | "createFirstAdmin">;
  passwords: PasswordHasher;
  nowMs: () => number;
  logger: Pick<Logger, "info">;
}): Promise<void> {
  const { settings, users, passwords, nowMs, logger } = parts;
  const { adminEmail: email, adminPasswordFile: file } = settings;
  if (email === null || file === null || (await users.hasAdmin())) return;
  const passwordHash = await passwords.hash(readPasswordFile(file));
  const origin: AuditOrigin = {
    actorKind: "system",
    actorId: null,
    actorName: "ADMIN_EMAIL",
    address: "",
    requestId: "",
    atMs: nowMs(),
  };
  // Null when another portal was first.
  if (await users.createFirstAdmin({ email, passwordHash }, origin))
    logger.info("ADMIN_EMAIL is the first admin now");
}

function readPasswordFile(file: string): string {
  // The end of the last line is the editor's, everything else may be part of the password.
  const text = readSecretFile(file, {
    name: "ADMIN_PASSWORD_FILE",
    instead: "or remove it and ADMIN_EMAIL and use the setup page",
  });
  const password = text.replace(/\r?\n$/, "");
  const { min, max } = PASSWORD_LENGTH;
  if (password.length >= min && password.length <= max && !/[\r\n\0]/.test(password))
    return password;
  throw new AppError(
    "INVALID",
    `The file of ADMIN_PASSWORD_FILE must hold one line of ${min} to ${max} characters: make one with openssl rand -base64 24.`,
  );
}
