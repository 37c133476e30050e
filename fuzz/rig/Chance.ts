/** Random choices from a seed: the same seed makes the same choices on every machine. */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
    // Neighbouring seeds give unlike choices only after some turns.
    for (let turn = 0; turn < 8; turn++) this.#next()
  }

  /** mulberry32 (T. Ettinger): 32 bits of state suffice for choices. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }

  /** A whole number from `low` to `high`, both possible. */
  between(low: number, high: number): number {
    return low + (this.#next() % (high - low + 1))
  }

  /** True in so many of a hundred cases. */
  percent(share: number): boolean {
    return this.#next() % 100 < share
  }

  /** One of them; undefined of none. */
  of<A>(choices: ReadonlyArray<A>): A | undefined {
    return choices.length === 0 ? undefined : choices[this.#next() % choices.length]
  }

  /** One of them, of which there must be one. */
  one<A>(choices: readonly [A, ...ReadonlyArray<A>]): A {
    return choices[this.#next() % choices.length] ?? choices[0]
  }

  /** All of them in another order. */
  shuffled<A>(given: ReadonlyArray<A>): ReadonlyArray<A> {
    return given
      .map((value) => ({ value, at: this.#next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ value }) => value)
  }
}
