/** Stands in metrics for every name past the bound. */
const OTHER = "other";

/** Names that come from outside and become labels: past a bound they are `other`, so that nobody can fill the memory with series. */
export class BoundedNames {
  readonly #known = new Set<string>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** The name while it is known or there is room for one more, which `key` may make narrower than the name; else `other`. */
  labelOf(name: string, key = name): string {
    if (!this.#known.has(key) && this.#known.size < this.#max) this.#known.add(key);
    return this.#known.has(key) ? name : OTHER;
  }
}
