import { AppError } from "@/server/errors";

/** Resolves as the work does. Rejects with a sentence for whoever sent the samples when it fails or takes too long. */
export async function storedWithin(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not stored within ${limitMs} ms`)), limitMs);
  });
  try {
    await Promise.race([work, limit]);
  } catch (error) {
    throw new AppError(
      "UNAVAILABLE",
      "The portal can keep no samples now, neither in its database nor on its disk: send them again later.",
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
  }
}
