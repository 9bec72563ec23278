import { AppError } from "@/server/errors";

/** How many uploads are received at once: each is held whole while it comes. */
export class UploadSlots {
  readonly #most: number;
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Answers how the slot is given back. Throws TOO_MANY when none is free. */
  take(): () => void {
    if (this.#taken >= this.#most)
      throw new AppError(
        "TOO_MANY",
        `${this.#most} texts are being uploaded already, and more are not taken at once. Try again in a few seconds.`,
        { retryAfterSeconds: 5 },
      );
    this.#taken += 1;
    let isGiven = false;
    return () => {
      if (!isGiven) this.#taken -= 1;
      isGiven = true;
    };
  }
}
