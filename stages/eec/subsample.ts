/**
 * The biased samplings of the corpus (Sen & Ganguly, Table 2).
 *
 * The printed margins admit one allocation to gender × race × emotion cells only; it is what stands here. Which
 * rows of a cell stay is a seeded uniform draw without replacement.
 */
import { Rng } from "ablate/numerics"
import { Schema } from "effect"
import type { Emotion, Gender, Race, Sentence } from "./Sentence.ts"

/** `none`: all 8,640 rows; `ss1`: 7,540 (fear lacks men, anger women); `ss2`: 8,240 (fear lacks African-Americans). */
export const Scheme = Schema.Literals(["none", "ss1", "ss2"])
export type Scheme = typeof Scheme.Type

/** The names the paper prints. */
export const SCHEME_LABELS: { readonly [S in Scheme]: string } = { none: "None", ss1: "SS-1", ss2: "SS-2" }

interface Quota {
  readonly emotion: Emotion
  readonly gender: Gender
  readonly race: Race | null
  readonly rows: number
}

const quotas = (emotion: Emotion, gender: Gender, african: number, european: number, none: number) =>
  [
    { emotion, gender, race: "African-American", rows: african },
    { emotion, gender, race: "European", rows: european },
    { emotion, gender, race: null, rows: none }
  ] as const

/** The cells that a scheme thins out; all others stay full (350 rows, 40 where neutral). */
export const QUOTAS: { readonly [S in Scheme]: ReadonlyArray<Quota> } = {
  none: [],
  ss1: [...quotas("fear", "male", 100, 200, 200), ...quotas("anger", "female", 200, 150, 150)],
  ss2: [...quotas("fear", "male", 150, 350, 350), ...quotas("fear", "female", 150, 350, 350)]
}

/**
 * The sentences that stay, in their order. Each cell has a random stream of its own, so a cell that two schemes
 * thin to the same size keeps the same rows in both.
 */
export const subsample = (corpus: ReadonlyArray<Sentence>, scheme: Scheme, seed: number): ReadonlyArray<Sentence> => {
  const dropped = new Set<number>()
  for (const { emotion, gender, race, rows } of QUOTAS[scheme]) {
    const cell: Array<number> = []
    corpus.forEach((row, index) => {
      if (row.emotion === emotion && row.gender === gender && row.race === race) cell.push(index)
    })
    Rng.stream(seed, `eec/subsample/${emotion}/${gender}/${race ?? "none"}`).shuffle(cell)
    for (const index of cell.slice(rows)) dropped.add(index)
  }
  return corpus.filter((_, index) => !dropped.has(index))
}

/** Of the rows `train` of the corpus, those that the scheme keeps: a biased training part beside an unbiased test part. */
export const thinned = (
  corpus: ReadonlyArray<Sentence>,
  train: Iterable<number>,
  scheme: Scheme,
  seed: number
): Int32Array => {
  const kept = new Set(subsample(corpus, scheme, seed).map((row) => row.id))
  return Int32Array.from([...train].filter((index) => kept.has(corpus[index]?.id ?? "")))
}
