import { NO_TOKEN } from "./byte-pair-vocabulary";

/**
 * Ranks by place, of which the lowest is known at any time. A binary tree in one array: node n has the children 2n and 2n + 1 and holds
 * the lower of their ranks, the root is 1, and the places are the leaves.
 */
export class RankTree {
  /** Nodes looked at so far, ever. */
  steps = 0;
  #nodes = new Int32Array(0);
  /** The first leaf: a power of two. */
  #leaves = 0;
  #places = 0;

  /** So many places. Fill them with `put`, then `build`. The last one is NO_TOKEN: it has no neighbour. */
  reset(places: number): void {
    this.#leaves = places < 2 ? 1 : 1 << (32 - Math.clz32(places - 1));
    this.#places = places;
    if (this.#nodes.length < 2 * this.#leaves) this.#nodes = new Int32Array(2 * this.#leaves);
    this.#nodes.fill(NO_TOKEN, this.#leaves + places - 1, 2 * this.#leaves);
  }

  put(place: number, rank: number): void {
    this.#nodes[this.#leaves + place] = rank;
  }

  build(): void {
    const nodes = this.#nodes;
    for (let node = this.#leaves - 1; node > 0; node -= 1) {
      const [left, right] = [nodes[2 * node] ?? 0, nodes[2 * node + 1] ?? 0];
      nodes[node] = left < right ? left : right;
    }
    this.steps += this.#leaves + this.#places;
  }

  lowest(): number {
    return this.#nodes[1] ?? NO_TOKEN;
  }

  /** The first place that has this rank, which is the lowest. */
  placeOf(lowest: number): number {
    const [nodes, leaves] = [this.#nodes, this.#leaves];
    let node = 1;
    let steps = 0;
    while (node < leaves) {
      node *= 2;
      if (nodes[node] !== lowest) node += 1;
      steps += 1;
    }
    this.steps += steps;
    return node - leaves;
  }

  set(place: number, rank: number): void {
    const nodes = this.#nodes;
    let node = this.#leaves + place;
    let lowest = rank;
    let steps = 0;
    nodes[node] = rank;
    while (node > 1) {
      steps += 1;
      const sibling = nodes[node ^ 1] ?? 0;
      if (sibling < lowest) lowest = sibling;
      node >>= 1;
      if (nodes[node] === lowest) break;
      nodes[node] = lowest;
    }
    this.steps += steps;
  }

  release(): void {
    this.#nodes = new Int32Array(0);
  }
}
