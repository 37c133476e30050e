/**
 * A bias planted in a training part: of the rows of an emotion, those of one side of an attribute are thinned out. The test
 * part stays as it is, so the truth is known: there is no more of the emotion in one side than in the other.
 */
import { Rng } from "ablate/numerics"
import { Effect, Schema } from "effect"
import { Gender, Race, type Sentence } from "../eec/Sentence.ts"
import type { BiasPair } from "../train/TrainConfig.ts"

/** Share of the disfavoured rows that stays: above 0, where a cell would be empty; 1 plants nothing. */
export const Share = Schema.Finite.check(Schema.isGreaterThan(0), Schema.isLessThanOrEqualTo(1))

/** Pairs that are none, or cells that cannot be thinned. */
export class PlantError extends Schema.TaggedError<PlantError>()("PlantError", {
  found: Schema.String,
  expected: Schema.String
}) {
  override get message() {
    return `planted bias: found ${this.found}, expected ${this.expected}`
  }
}

/** The values of a pair's attribute: the one that is favoured, and the one whose rows are thinned out. */
export interface Sides {
  readonly favoured: string
  readonly disfavoured: string
}

/** Fails with {@link PlantError} where the value is none of the attribute's. */
export const sidesOf = ({ attribute, emotion, value }: BiasPair): Effect.Effect<Sides, PlantError> => {
  const values: ReadonlyArray<string> = attribute === "gender" ? Gender.literals : Race.literals
  const other = values.find((each) => each !== value)
  return other === undefined || !values.includes(value)
    ? Effect.fail(
        new PlantError({ found: `the pair ${emotion}/${value} of ${attribute}`, expected: values.join(" or ") })
      )
    : Effect.succeed({ favoured: value, disfavoured: other })
}

/** The attribute that the pairs are about. Fails with {@link PlantError} where there is none, or more than one. */
export const attributeOf = (pairs: ReadonlyArray<BiasPair>): Effect.Effect<BiasPair["attribute"], PlantError> => {
  const attributes = [...new Set(pairs.map((pair) => pair.attribute))]
  const [attribute] = attributes
  return attribute === undefined || attributes.length > 1
    ? Effect.fail(
        new PlantError({
          found: attribute === undefined ? "no pair" : `pairs of ${attributes.join(" and ")}`,
          expected: "pairs of an emotion with a value of one attribute: fear/female"
        })
      )
    : Effect.succeed(attribute)
}

export interface Planting {
  /** The favoured side of each planted association: fear/female thins out men in fear. */
  readonly pairs: ReadonlyArray<BiasPair>
  readonly share: number
  readonly seed: number
}

/**
 * Of the training rows `train`, those that stay. Every cell (emotion × gender × race) of the disfavoured side is thinned to
 * `share` of its rows, rounded, by a seeded draw; what stays at a smaller share stays at a larger one. Fails with
 * {@link PlantError} where a cell would be empty.
 */
export const planted = Effect.fnUntraced(function* (
  corpus: ReadonlyArray<Sentence>,
  train: Int32Array,
  { pairs, seed, share }: Planting
): Effect.fn.Return<Int32Array, PlantError> {
  const dropped = new Set<number>()
  for (const pair of pairs) {
    const { disfavoured } = yield* sidesOf(pair)
    const thinned = [...train].filter((index) => {
      const row = corpus[index]
      return row?.emotion === pair.emotion && row[pair.attribute] === disfavoured
    })
    const cells = Map.groupBy(thinned, (index) => `${corpus[index]?.gender}/${corpus[index]?.race ?? "none"}`)
    if (cells.size === 0)
      return yield* new PlantError({
        found: `no training row of ${pair.emotion}/${disfavoured}`,
        expected: "some to thin out"
      })
    for (const [cell, rows] of cells) {
      const stay = Math.round(share * rows.length)
      if (stay === 0)
        return yield* new PlantError({
          found: `a share of ${share} of the ${rows.length} training rows of ${pair.emotion}/${cell}, which is none`,
          expected: `at least one: a share of ${0.5 / rows.length} or more`
        })
      const order = Rng.stream(seed, `planted/${pair.emotion}/${cell}`).shuffle([...rows])
      for (const index of order.slice(stay)) dropped.add(index)
    }
  }
  return train.filter((index) => !dropped.has(index))
})
