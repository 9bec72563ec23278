/** What `within` rejects with when the work takes longer. */
export class LateAnswerError extends Error {}

/** The work's own result, or a LateAnswerError after the limit. The work itself goes on: nothing here can end it. */
export async function within<Value>(limitMs: number, work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new LateAnswerError(`no answer within ${limitMs} ms`));
    }, limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
