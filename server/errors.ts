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

/** An error with a message for a person: what happened and what to do. */
export class AppError extends Error {
  readonly code: AppErrorCode;

  constructor(code: AppErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AppError";
    this.code = code;
  }
}

// By name, not instanceof: a second copy of this module (another bundle) has a class of its own.
export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === "AppError";
}
