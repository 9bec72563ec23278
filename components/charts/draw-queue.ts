let waiting: (() => void)[] = [];
let isAsked = false;

/**
 * Draws in a frame to come, one plot a frame: a tick of twelve plots is then twelve short tasks and not a long one. Without a
 * graphics card the browser paints a canvas after our code, in the same frame, and longer than our code took. Returns what takes
 * the drawing back.
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
    waiting.shift()?.();
    if (waiting.length > 0) ask();
  });
}
