import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { drawSoon } from "./draw-queue";

let frames: FrameRequestCallback[] = [];
const runFrame = () => {
  const due = frames;
  frames = [];
  for (const frame of due) frame(0);
};

beforeEach(() => {
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (frame: FrameRequestCallback) => frames.push(frame));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test("twelve plots with news are drawn over several frames, each once and in order", () => {
  const drawn: number[] = [];
  for (let plot = 0; plot < 12; plot += 1) drawSoon(() => drawn.push(plot));
  expect(drawn).toEqual([]);
  runFrame();
  expect(drawn).toEqual([0]);
  for (let frame = 0; frame < 12; frame += 1) runFrame();
  expect(drawn).toEqual(Array.from({ length: 12 }, (_, plot) => plot));
  expect(frames).toEqual([]);
});

test("what is taken back before its frame is not drawn", () => {
  const draw = vi.fn();
  drawSoon(draw)();
  runFrame();
  expect(draw).not.toHaveBeenCalled();
});
