/** Hard debiasing of word vectors (Bolukbasi et al., NIPS 2016): neutralise and equalise along a gender direction. */
import { combine, cosine, dot, type Embedding, mapRows, norm, rowIndex, rowOf, unit } from "./Embedding.ts"
import { symmetricEigen } from "./eigen.ts"
import type { WordPair } from "./genderWords.ts"

/** Pairs of which both words are there, as rows. */
const presentPairs = (embedding: Embedding, pairs: ReadonlyArray<WordPair>) => {
  const index = rowIndex(embedding.words)
  return pairs.flatMap((pair) => {
    const [a, b] = [index.get(pair[0]), index.get(pair[1])]
    return a === undefined || b === undefined ? [] : [{ pair, a, b }]
  })
}

export interface Direction {
  /** Unit vector, towards the pairs' first words. */
  readonly direction: Float64Array
  /** Share of the half differences' squared length that lies along it, 0..1. */
  readonly explained: number
  readonly used: ReadonlyArray<WordPair>
}

/**
 * The first principal component of the pairs' ± half differences, from the unit-normalised vectors' pairs that are
 * complete; null where there is none (or no difference).
 */
export const genderDirection = (embedding: Embedding, pairs: ReadonlyArray<WordPair>): Direction | null => {
  const present = presentPairs(embedding, pairs)
  const halves = present.map(({ a, b }) => combine(0.5, rowOf(embedding, a), -0.5, rowOf(embedding, b)))
  const n = halves.length
  // The Gram matrix of the half differences has the same spectrum as their scatter matrix, and is n × n.
  const gram = new Float64Array(n * n)
  halves.forEach((x, i) => {
    halves.forEach((y, j) => {
      gram[i * n + j] = dot(x, y)
    })
  })
  const { values, vectors } = symmetricEigen(gram, n)
  const top = values[0] ?? 0
  if (!(top > 0)) return null
  let direction = new Float64Array(embedding.dimension)
  halves.forEach((half, i) => {
    direction = Float64Array.from(combine(1, direction, vectors[i] ?? 0, half))
  })
  const along = halves.reduce((sum, half) => sum + dot(half, direction), 0)
  const total = values.reduce((sum, value) => sum + value, 0)
  return {
    direction: unit(along < 0 ? direction.map((value) => -value) : direction),
    explained: top / total,
    used: present.map(({ pair }) => pair)
  }
}

/** The vector without its part along a direction. */
const drop = (vector: Float64Array, direction: Float64Array): Float64Array =>
  combine(1, vector, -dot(vector, direction) / dot(direction, direction), direction)

const titled = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()

/** Each pair in lower, title and upper case: published word lists are lower case, vocabularies need not be. */
const caseVariants = (pairs: ReadonlyArray<WordPair>): ReadonlyArray<WordPair> => {
  const variants = pairs.flatMap(
    ([a, b]): ReadonlyArray<WordPair> => [
      [a.toLowerCase(), b.toLowerCase()],
      [titled(a), titled(b)],
      [a.toUpperCase(), b.toUpperCase()]
    ]
  )
  return [...new Map(variants.map((pair) => [pair.join("\n"), pair])).values()]
}

const equalise = (embedding: Embedding, direction: Float64Array, pairs: ReadonlyArray<WordPair>) => {
  const data = embedding.data.slice()
  const equalised: Embedding = { ...embedding, data }
  const present = presentPairs(embedding, caseVariants(pairs))
  for (const { a, b } of present) {
    const [x, y] = [rowOf(equalised, a), rowOf(equalised, b)]
    const middle = drop(combine(0.5, x, 0.5, y), direction)
    // The middle of two unit vectors is not longer than 1; rounding may make it so.
    const height = Math.sqrt(Math.max(0, 1 - dot(middle, middle)))
    const side = dot(combine(1, x, -1, y), direction) < 0 ? -height : height
    data.set(combine(side, direction, 1, middle), a * embedding.dimension)
    data.set(combine(-side, direction, 1, middle), b * embedding.dimension)
  }
  return { embedding: equalised, pairs: present.map(({ pair }) => pair) }
}

export interface DebiasOptions {
  readonly definitional: ReadonlyArray<WordPair>
  readonly equalise: ReadonlyArray<WordPair>
  /** Words that keep their gender, in lower case; they are recognised in any case. */
  readonly genderSpecific: ReadonlyArray<string>
}

export interface Debiased {
  /** All vectors of length 1 (a zero vector stays). */
  readonly embedding: Embedding
  readonly direction: Direction
  /** Words that lost their part along the direction. */
  readonly neutralised: ReadonlyArray<string>
  readonly equalised: ReadonlyArray<WordPair>
}

/**
 * Hard debiasing in the published order: normalise, take the direction, neutralise every word that is not
 * gender-specific, normalise, equalise the pairs, normalise. Null where no definitional pair is complete.
 */
export const hardDebias = (raw: Embedding, options: DebiasOptions): Debiased | null => {
  const normalised = mapRows(raw, unit)
  const found = genderDirection(normalised, options.definitional)
  if (found === null) return null
  const specific = new Set(options.genderSpecific)
  const keeps = (word: string) => specific.has(word.toLowerCase())
  const neutral = mapRows(normalised, (vector, word) => (keeps(word) ? vector : unit(drop(vector, found.direction))))
  const { embedding, pairs } = equalise(neutral, found.direction, options.equalise)
  return {
    embedding: mapRows(embedding, unit),
    direction: found,
    neutralised: raw.words.filter((word) => !keeps(word)),
    equalised: pairs
  }
}

/** Direct bias (Bolukbasi et al., §5.2): the mean of |cos(w, g)|^c over words, 0..1; null for no words. */
export const directBias = (
  embedding: Embedding,
  words: ReadonlyArray<string>,
  direction: Float64Array,
  c = 1
): number | null => {
  const index = rowIndex(embedding.words)
  const rows = words.flatMap((word) => index.get(word) ?? [])
  if (rows.length === 0) return null
  const power = (x: number) => (c === 1 ? x : x ** c)
  return rows.reduce((sum, row) => sum + power(Math.abs(cosine(rowOf(embedding, row), direction))), 0) / rows.length
}

/** Every row brought to the length that it has in another embedding of the same words. */
export const withLengthsOf = (embedding: Embedding, lengths: Embedding): Embedding =>
  mapRows(embedding, (vector, _, row) => {
    const length = norm(rowOf(lengths, row))
    return unit(vector).map((value) => value * length)
  })
