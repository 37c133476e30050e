/**
 * A persistent array in chunks. Changes go through a {@link Draft}, which copies a chunk the first time it writes
 * to it, so that folding 10,000 events over 10,000 nodes leaves every earlier value intact and costs milliseconds.
 */
const CHUNK = 64

export interface Vector<A> {
  readonly length: number
  readonly chunks: ReadonlyArray<ReadonlyArray<A>>
}

export const empty: Vector<never> = { length: 0, chunks: [] }

/** `length` elements, element i being `at(i)`. */
export const make = <A>(length: number, at: (index: number) => A): Vector<A> => {
  const chunks: Array<Array<A>> = []
  for (let from = 0; from < length; from += CHUNK) {
    const chunk: Array<A> = []
    for (let i = from; i < Math.min(from + CHUNK, length); i++) chunk.push(at(i))
    chunks.push(chunk)
  }
  return { length, chunks }
}

export const get = <A>(vector: Vector<A>, index: number): A | undefined =>
  vector.chunks[Math.floor(index / CHUNK)]?.[index % CHUNK]

export const toArray = <A>(vector: Vector<A>): ReadonlyArray<A> => vector.chunks.flat()

/** A vector being changed. The vector it was made from stays as it is. */
export class Draft<A> {
  readonly #from: Vector<A>
  #length: number
  /** Chunks that are ours to write to; where there is none the original's holds. */
  readonly #own: Array<Array<A> | undefined> = []
  #changed = false

  constructor(from: Vector<A>) {
    this.#from = from
    this.#length = from.length
  }

  get(index: number): A | undefined {
    const position = Math.floor(index / CHUNK)
    return (this.#own[position] ?? this.#from.chunks[position])?.[index % CHUNK]
  }

  /** Replaces an element; an index outside changes nothing. */
  set(index: number, element: A): void {
    if (index < 0 || index >= this.#length) return
    this.#writable(Math.floor(index / CHUNK))[index % CHUNK] = element
  }

  append(element: A): void {
    this.#writable(Math.floor(this.#length / CHUNK)).push(element)
    this.#length++
  }

  /** The vector with all changes. The draft must not be written to afterwards. */
  finish(): Vector<A> {
    if (!this.#changed) return this.#from
    const chunks: Array<ReadonlyArray<A>> = this.#from.chunks.slice()
    this.#own.forEach((chunk, position) => {
      if (chunk !== undefined) chunks[position] = chunk
    })
    return { length: this.#length, chunks }
  }

  #writable(position: number): Array<A> {
    const own = this.#own[position]
    if (own !== undefined) return own
    const copy = this.#from.chunks[position]?.slice() ?? []
    this.#own[position] = copy
    this.#changed = true
    return copy
  }
}
