/** Three lines of one plot: 166,650 points, as uPlot's own benchmark has. */
export const LINES = 3;
export const POINTS_A_LINE = 55_550;

export const SIZE = { width: 1_000, height: 300 } as const;

export interface ChartSeries {
  timesMs: number[];
  columns: number[][];
}

const FIRST_MS = 1_795_500_000_000;
const CADENCE_MS = 1_000;

/** The same points for all sides: a slow wave, noise of a linear congruential generator, and single peaks. */
export function chartSeries(points = POINTS_A_LINE, lines = LINES): ChartSeries {
  let state = 1;
  const random = () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
  const timesMs = Array.from({ length: points }, (_, index) => FIRST_MS + index * CADENCE_MS);
  const columns = Array.from({ length: lines }, (_, line) =>
    timesMs.map((__, index) => {
      const wave = 40 + line * 10 + 15 * Math.sin(index / 900);
      return index % 9_973 === 17 ? 99 : wave + 8 * random();
    }),
  );
  return { timesMs, columns };
}

/** Resolves when the canvases that were put into `host` are painted: in the frame after the last of them was. */
export function untilPainted(host: HTMLElement, count = 1): Promise<void> {
  return new Promise((resolve) => {
    const painted = () => {
      // A message that is sent in a frame is received after that frame was painted.
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
          resolve();
        };
        channel.port2.postMessage(null);
      });
    };
    const isThere = () => host.querySelectorAll("canvas").length >= count;
    if (isThere()) {
      painted();
      return;
    }
    const observer = new MutationObserver(() => {
      if (!isThere()) return;
      observer.disconnect();
      painted();
    });
    observer.observe(host, { childList: true, subtree: true });
  });
}
