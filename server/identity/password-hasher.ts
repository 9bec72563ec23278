import { hash, verify } from "@node-rs/argon2";
import { AppError } from "@/server/errors";

/**
 * Argon2id as OWASP's Password Storage Cheat Sheet asks for at least: 19 MiB, two passes, one lane. The salt is 16 bytes, made by
 * the library; the text that is stored names all of them, so they may be raised without making old passwords invalid.
 */
export const PASSWORD_COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 };

/** One hash holds a core and 19 MiB: two at once leave the machine to its work. */
const MAX_RUNNING = 2;
const MAX_WAITING = 16;

/** Slow on purpose. Tests pass a fast one. */
export interface PasswordFunctions {
  hash: (password: string) => Promise<string>;
  verify: (hashed: string, password: string) => Promise<boolean>;
}

/** Makes and checks what is stored of a password. Both throw TOO_MANY when too many wait. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** With null (no such account, or one without a password) it works as hard and answers false. */
  verify(hashed: string | null, password: string): Promise<boolean>;
}

const argon2id: PasswordFunctions = {
  hash: (password) => hash(password, PASSWORD_COST),
  verify: (hashed, password) => verify(hashed, password),
};

/** At most two hashes run at once and sixteen wait. */
export function createPasswordHasher(functions: PasswordFunctions = argon2id): PasswordHasher {
  const inTurn = createTurns();
  let decoy: Promise<string> | null = null;

  async function readDecoy(): Promise<string> {
    // Nobody's password, with the same cost as everybody's. A failure is not kept.
    decoy ??= functions.hash(crypto.randomUUID()).catch((error: unknown) => {
      decoy = null;
      throw error;
    });
    return decoy;
  }

  return {
    hash: (password) => inTurn(() => functions.hash(normalised(password))),
    verify: (hashed, password) =>
      inTurn(async () => {
        const isRight = await functions.verify(hashed ?? (await readDecoy()), normalised(password));
        return isRight && hashed !== null;
      }),
  };
}

/** The same password from another keyboard or system is the same (NIST SP 800-63B). */
function normalised(password: string): string {
  return password.normalize("NFKC");
}

function createTurns() {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (running < MAX_RUNNING) running++;
    else {
      if (waiting.length >= MAX_WAITING) throw tooMany();
      // Whoever ends hands the turn over, so the count stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

function tooMany(): AppError {
  return new AppError("TOO_MANY", "Many people sign in just now. Try again in a few seconds.", {
    retryAfterSeconds: 3,
  });
}
