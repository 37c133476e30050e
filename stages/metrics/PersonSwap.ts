/**
 * What changes when nothing but the person of a sentence is swapped: the flip rate of predictions (as in counterfactual
 * token fairness, Garg et al., AIES 2019) and the score differences of the corpus' own metric (Kiritchenko & Mohammad,
 * *SEM 2018).
 */
import type { Measure } from "ablate"
import { personOf } from "../eec/corpus.ts"
import { PERSONS } from "../eec/facts.ts"
import type { Sentence } from "../eec/Sentence.ts"

/** What the swap changes; everything else about the sentence stays. */
export type Swap = "gender" | "race"

/** A sentence's person with its kind: names stand for a race, noun phrases pair up across genders by `phrase`. */
interface Role {
  readonly gender: "male" | "female"
  readonly race: string | null
  /** Index of a noun phrase within its gender's list (he and she are 0); null for names. */
  readonly phrase: number | null
}

const phraseIndex: ReadonlyMap<string, number> = new Map(
  ["male", "female"].flatMap((gender) =>
    PERSONS.filter((person) => person.race === null && person.gender === gender).map(
      (person, index) => [person.name, index] as const
    )
  )
)

const roleOf = (row: Sentence): Role => ({
  gender: row.gender,
  race: row.race,
  phrase: row.race === null ? (phraseIndex.get(personOf(row.person)) ?? null) : null
})

/** Row indices that share template and emotion word. */
const contexts = (rows: ReadonlyArray<Sentence>): ReadonlyArray<ReadonlyArray<number>> => {
  const groups = new Map<string, Array<number>>()
  for (const [index, row] of rows.entries()) {
    const key = `${row.template}/${row.emotionWord ?? ""}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [index])
    else group.push(index)
  }
  return [...groups.values()]
}

/**
 * Whether two persons differ in exactly the swapped attribute. Gender: noun phrases with the one of the same index
 * (my sister, my brother), names with every name of the other gender and the same race. Race: names with every name of
 * the other race and the same gender; noun phrases have no race.
 */
const areCounterparts = (left: Role, right: Role, swap: Swap): boolean => {
  if (swap === "race")
    return left.race !== null && right.race !== null && left.race !== right.race && left.gender === right.gender
  if (left.gender === right.gender || left.race !== right.race) return false
  return left.race !== null || (left.phrase !== null && left.phrase === right.phrase)
}

/**
 * Share of counterpart pairs in the test set whose predicted labels differ. A pair is two rows of one template and
 * emotion word whose persons are counterparts; swapping is symmetric, so ordered and unordered pairs give one share,
 * and `n` counts unordered pairs. 0: predictions never depend on the swapped attribute.
 */
export const flipRate = (rows: ReadonlyArray<Sentence>, predicted: ArrayLike<number>, swap: Swap): Measure => {
  const roles = rows.map(roleOf)
  let flips = 0
  let n = 0
  for (const context of contexts(rows)) {
    for (const [position, left] of context.entries()) {
      for (let next = position + 1; next < context.length; next++) {
        const right = context[next] ?? left
        const [a, b] = [roles[left], roles[right]]
        if (a === undefined || b === undefined || !areCounterparts(a, b, swap)) continue
        n += 1
        if (predicted[left] !== predicted[right]) flips += 1
      }
    }
  }
  return n === 0 ? { value: null, n, note: `no two test rows differ only in ${swap}` } : { value: flips / n, n }
}

const meanOf = (scores: ReadonlyArray<number>): number | null =>
  scores.length === 0 ? null : scores.reduce((total, score) => total + score, 0) / scores.length

/**
 * The corpus' own paired score differences, per template and emotion word. Gender (female − male): the noun-phrase pairs
 * one by one, and the mean over female names against the mean over male names: 11 pairs, 1,584 on the whole corpus.
 * Race (African-American − European): within each gender the mean over names: 2 pairs, 288 on the whole corpus. Pairs
 * with a side that the rows lack are left out. `score` is any figure of a row; feed the result to a paired t test.
 */
export const scoreDifferences = (
  rows: ReadonlyArray<Sentence>,
  score: (row: number) => number,
  swap: Swap
): ReadonlyArray<number> => {
  const roles = rows.map(roleOf)
  return contexts(rows).flatMap((context) => {
    const scores = (keep: (role: Role) => boolean): ReadonlyArray<number> =>
      context.flatMap((row) => {
        const role = roles[row]
        return role !== undefined && keep(role) ? [score(row)] : []
      })
    const gap = (left: (role: Role) => boolean, right: (role: Role) => boolean): ReadonlyArray<number> => {
      const [a, b] = [meanOf(scores(left)), meanOf(scores(right))]
      return a === null || b === null ? [] : [a - b]
    }
    if (swap === "race") {
      return (["male", "female"] as const).flatMap((gender) =>
        gap(
          (role) => role.gender === gender && role.race === "African-American",
          (role) => role.gender === gender && role.race === "European"
        )
      )
    }
    const phrases = [...new Set(context.flatMap((row) => roles[row]?.phrase ?? []))]
    return [
      ...phrases.flatMap((phrase) =>
        gap(
          (role) => role.phrase === phrase && role.gender === "female",
          (role) => role.phrase === phrase && role.gender === "male"
        )
      ),
      ...gap(
        (role) => role.race !== null && role.gender === "female",
        (role) => role.race !== null && role.gender === "male"
      )
    ]
  })
}
