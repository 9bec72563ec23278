const MOST = 18;
const HEAD = 8;
const TAIL = 4;

/** A long id cut in the middle: `8b1f3c52…e0a7`. It is copied whole. */
export function middleCut(id: string): string {
  return id.length <= MOST ? id : `${id.slice(0, HEAD)}…${id.slice(-TAIL)}`;
}
