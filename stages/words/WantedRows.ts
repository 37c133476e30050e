/** The rows of a vector file that are kept: only those of wanted words, so memory does not grow with the file. */

/** Keys are the words' UTF-8 bytes, one character each: readers look words up without decoding them. */
export const byteKey = (word: string): string => Buffer.from(word, "utf8").toString("latin1")

/** The word of a {@link byteKey}. */
export const wordOfKey = (key: string): string => Buffer.from(key, "latin1").toString("utf8")

/** Collects the vectors of a set of spellings. Of rows with the same word the first one stays. */
export class WantedRows {
  readonly #rows = new Map<string, Float32Array | null>()
  #repeated = 0

  constructor(spellings: Iterable<string>) {
    for (const spelling of spellings) this.#rows.set(byteKey(spelling), null)
  }

  /** Whether a word is among the wanted ones, kept already or not. */
  has(key: string): boolean {
    return this.#rows.has(key)
  }

  /** Whether this row's values are to be read. A row of a word that was already kept is counted, not read. */
  wants(key: string): boolean {
    const row = this.#rows.get(key)
    if (row === undefined) return false
    if (row === null) return true
    this.#repeated += 1
    return false
  }

  keep(key: string, vector: Float32Array): void {
    this.#rows.set(key, vector)
  }

  vector(spelling: string): Float32Array | undefined {
    return this.#rows.get(byteKey(spelling)) ?? undefined
  }

  /** Further rows of words already kept. */
  get repeated(): number {
    return this.#repeated
  }
}
