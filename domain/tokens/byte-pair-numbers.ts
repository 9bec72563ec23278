/** Numbers of which nobody knows yet how many there will be. */
export class GrowingNumbers {
  #values: Uint32Array;
  #size = 0;

  constructor(expected: number) {
    this.#values = new Uint32Array(expected);
  }

  push(value: number): void {
    if (this.#size === this.#values.length) this.#grow(1);
    this.#values[this.#size] = value;
    this.#size += 1;
  }

  /** `count` of `values` from `from` on. */
  pushAll(values: Int32Array, from: number, count: number): void {
    if (this.#size + count > this.#values.length) this.#grow(count);
    for (let index = 0; index < count; index += 1)
      this.#values[this.#size + index] = values[from + index] ?? 0;
    this.#size += count;
  }

  /** A copy of those that are there. */
  toArray(): Uint32Array {
    return this.#values.slice(0, this.#size);
  }

  #grow(atLeast: number): void {
    const grown = new Uint32Array(2 * this.#values.length + atLeast);
    grown.set(this.#values);
    this.#values = grown;
  }
}
