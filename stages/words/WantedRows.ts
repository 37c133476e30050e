/** The rows of a vector file that are kept: only those of wanted words, so memory does not grow with the file. */

/** Keys are the words' UTF-8 bytes, one character each: readers look words up without decoding them. */
export const byteKey = (word: string): string => Buffer.from(word, "utf8").toString("latin1")

/** The word of a {@link byteKey}. */
export const wordOfKey = (key: string): string => Buffer.from(key, "latin1").toString("utf8")

/** A word's first byte and length, in 14 bits: what tells most rows of a file from the wanted ones. */
const shape = (firstByte: number, length: number): number => (firstByte << 6) | (length < 63 ? length : 63)

/** Collects the vectors of a set of spellings. Of rows with the same word the first one stays. */
export class WantedRows {
  readonly #rows = new Map<string, Float32Array | null>()
  readonly #shapes = new Uint8Array(1 << 14)
  #repeated = 0

  constructor(spellings: Iterable<string>) {
    for (const spelling of spellings) {
      const key = byteKey(spelling)
      this.#rows.set(key, null)
      this.#shapes[shape(key.charCodeAt(0) || 0, key.length)] = 1
    }
  }

  /** The key of the word in these bytes if its row's values are to be read, else null. */
  spot(bytes: Buffer, start: number, end: number): string | null {
    const first = end > start ? (bytes[start] ?? 0) : 0
    if (this.#shapes[shape(first, end - start)] === 0) return null
    const key = bytes.toString("latin1", start, end)
    return this.wants(key) ? key : null
  }

  /** Whether the row of this word is to be read. One of a word that was already kept is counted, not read. */
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
