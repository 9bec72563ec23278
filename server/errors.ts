/** Every error that a caller may see has one of these codes. */
export type AppErrorCode =
  | "INVALID"
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "TOO_LARGE"
  | "TOO_MANY"
  | "UNAVAILABLE"
  | "UPSTREAM";

interface AppErrorOptions extends ErrorOptions {
  /** When another try may succeed; the header Retry-After where the transport has one. */
  retryAfterSeconds?: number;
}

/** An error with a message for a person: what happened and what to do. */
export class AppError extends Error {
  readonly code: AppErrorCode;
  readonly retryAfterSeconds: number | null;

  constructor(code: AppErrorCode, message: string, options?: AppErrorOptions) {
    super(message, options);
    this.name = "AppError";
    this.code = code;
    this.retryAfterSeconds = options?.retryAfterSeconds ?? null;
  }
}

// By name, not instanceof: a second copy of this module (another bundle) has a class of its own.
export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === "AppError";
}
