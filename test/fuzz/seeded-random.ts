/** Random numbers that come again with the same seed. Spec: the generator sfc32 of PractRand. */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** The same pair gives the same numbers: a run's seed, and the number of the execution in it. */
  constructor(seed: number, stream: number) {
    this.#a = seed | 0;
    this.#b = stream | 0;
    this.#c = 0x9e_37_79_b9;
    for (let round = 0; round < 12; round += 1) this.next();
  }

  /** A whole number of 32 bits. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** A whole number from 0 up to, and without, the limit; 0 where there is none. */
  below(limit: number): number {
    return limit <= 1 ? 0 : this.next() % Math.floor(limit);
  }

  /** True once in that many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('there is nothing to pick from');
    return item;
  }
}
