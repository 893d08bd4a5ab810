/** Whole numbers below 2^53, each with its place in the order of their adding. Needs some 20 bytes for each. */
export class NumberedSet {
  #values = new Float64Array(1 << 10);
  /** The place of a value, plus one, where its hash leads; 0: free. */
  #places = new Int32Array(1 << 11);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  at(place: number): number {
    return this.#values[place]!;
  }

  /** The place of a value, or -1. */
  placeOf(value: number): number {
    return this.#places[this.#slotOf(value)]! - 1;
  }

  /** Returns whether the value is new: its place is then the last one. */
  add(value: number): boolean {
    const slot = this.#slotOf(value);
    if (this.#places[slot] !== 0) return false;
    if (this.#size === this.#values.length) {
      this.#grow();
      return this.add(value);
    }
    this.#values[this.#size] = value;
    this.#size += 1;
    this.#places[slot] = this.#size;
    return true;
  }

  /** The slot that has the value, or the free one where it belongs. */
  #slotOf(value: number): number {
    const mask = this.#places.length - 1;
    const mixed = Math.imul(value | 0, 0x9e3779b1) ^ Math.imul(Math.floor(value / 2 ** 32), 0x85ebca6b);
    const hash = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (let place = this.#places[slot]!; place !== 0; place = this.#places[slot]!) {
      if (this.#values[place - 1] === value) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    const values = this.#values;
    this.#values = new Float64Array(2 * values.length);
    this.#values.set(values);
    this.#places = new Int32Array(4 * values.length);
    for (let place = 0; place < this.#size; place += 1) {
      this.#places[this.#slotOf(values[place]!)] = place + 1;
    }
  }
}
