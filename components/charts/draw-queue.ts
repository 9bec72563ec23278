/** What one frame may use for drawing: the rest of it belongs to the person who clicks. */
const FRAME_BUDGET_MS = 8;
/** Without a graphics card the browser paints a canvas after our code, in the same frame, and longer than our code took. */
const PLOTS_A_FRAME = 2;

let waiting: (() => void)[] = [];
let isAsked = false;

/**
 * Draws in the next frame, or in one after it when many plots have news at once: a tick of twelve plots is then twelve short
 * tasks and not a long one. Returns what takes the drawing back.
 */
export function drawSoon(draw: () => void): () => void {
  waiting.push(draw);
  ask();
  return () => {
    waiting = waiting.filter((one) => one !== draw);
  };
}

function ask() {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    drawSome();
  });
}

function drawSome() {
  const startMs = performance.now();
  for (let drawn = 0; drawn < PLOTS_A_FRAME; drawn += 1) {
    if (performance.now() - startMs > FRAME_BUDGET_MS) break;
    waiting.shift()?.();
  }
  if (waiting.length > 0) ask();
}
