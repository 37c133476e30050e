import { Rng } from "./Rng.ts"
import { MAIN, type Segment } from "./Segment.ts"
import type { Selection } from "./Session.ts"

/** The order of a segment's rows: their own where every step sees all, else a shuffle an epoch. */
export class RowOrder {
  readonly rows: Int32Array
  readonly #segment: Segment
  readonly #stream: Rng
  #next = 0

  constructor(segment: Segment, seed: number) {
    this.#segment = segment
    this.rows = Int32Array.from({ length: segment.rows.count }, (_, i) => i)
    this.#stream = Rng.stream(seed, segment.name === MAIN ? "batches" : `batches/${segment.name}`)
  }

  shuffle(): void {
    if (!this.#segment.fixed) this.#stream.shuffle(this.rows)
  }

  /** The next `rowsPerStep` rows; those left over at the end of a shuffle are dropped. */
  advance(selection: Selection | undefined): void {
    if (selection === undefined) return
    const { rowsPerStep } = this.#segment
    if (this.#next === 0 || this.#next + rowsPerStep > this.rows.length) {
      this.shuffle()
      this.#next = 0
    }
    selection.start = this.#next
    selection.count = rowsPerStep
    this.#next += rowsPerStep
  }
}
