const KEPT = 60;

/**
 * How far the server's clock is ahead of the browser's, in ms. A message can only arrive late, so of the last
 * differences the largest is nearest to the truth; what remains is the shortest way through the network.
 */
export function createClockSkew() {
  const differencesMs: number[] = [];
  return {
    /** `differenceMs`: server time in a message minus the browser's time when it arrived. */
    add(differenceMs: number) {
      differencesMs.push(differenceMs);
      if (differencesMs.length > KEPT) differencesMs.shift();
    },
    /** 0 before the first message. */
    valueMs: () => (differencesMs.length === 0 ? 0 : Math.max(...differencesMs)),
  };
}
