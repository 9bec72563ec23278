import { expect, test } from "vitest";
import { PieceCache } from "./byte-pair-cache";
import { Utf8Window } from "./split-window";

const LETTERS = 8;

/** A cache over a window that holds so many pieces of LETTERS bytes. */
function cacheOf(pieces: number) {
  const window = new Utf8Window();
  const text = Array.from({ length: pieces }, (_, index) =>
    index.toString(36).padStart(LETTERS, "_"),
  ).join("");
  window.load(text, 0, text.length);
  const cache = new PieceCache(window);
  const place = (index: number) => ({ start: LETTERS * index, end: LETTERS * (index + 1) });
  const idsOf = (hash: number, index: number) => {
    const { start, end } = place(index);
    const entry = cache.find(hash, start, end);
    if (entry < 0) return null;
    return Array.from(
      cache.ids.slice(cache.idsAt(entry), cache.idsAt(entry) + cache.countOf(entry)),
    );
  };
  return { cache, place, idsOf };
}

test("gives back what was added, and nothing for another piece of the same hash", () => {
  const { cache, place, idsOf } = cacheOf(3);
  expect(idsOf(7, 0)).toBeNull();
  cache.add(7, place(0), Int32Array.of(1, 2));
  cache.add(7, place(1), Int32Array.of(3));
  expect([idsOf(7, 0), idsOf(7, 1), idsOf(7, 2), idsOf(8, 0)]).toEqual([[1, 2], [3], null, null]);
});

test("pieces that were made to have one hash fill a few places, and no look-up takes longer", () => {
  const { cache, place, idsOf } = cacheOf(100);
  for (let index = 0; index < 100; index += 1) cache.add(7, place(index), Int32Array.of(index));
  const kept = Array.from({ length: 100 }, (_, index) => idsOf(7, index)).filter(Boolean);
  expect(kept).toEqual(Array.from({ length: 8 }, (_, index) => [index]));
});

test("begins anew when it is full, and is never wrong", () => {
  const pieces = 200_000;
  const { cache, place, idsOf } = cacheOf(pieces);
  const hashOf = (index: number) => Math.imul(index, 0x9e3779b1);
  for (let index = 0; index < pieces; index += 1)
    cache.add(hashOf(index), place(index), Int32Array.of(index, index));
  let kept = 0;
  for (let index = 0; index < pieces; index += 1) {
    const ids = idsOf(hashOf(index), index);
    if (ids === null) continue;
    kept += 1;
    expect(ids).toEqual([index, index]);
  }
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThanOrEqual(65_536);
  expect(idsOf(hashOf(pieces - 1), pieces - 1)).not.toBeNull();
});
