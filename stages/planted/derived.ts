/** Decisions among five classes with equalised odds of "is it this emotion?", for one emotion after the other. */
import { Artifact, I32 } from "ablate"
import { Rng } from "ablate/numerics"
import { Effect, Schema } from "effect"
import { EMOTION_LABELS, type Sentence } from "../eec/Sentence.ts"
import { BiasPair } from "../train/TrainConfig.ts"
import { equalisedOdds, type Mixing, type Rates } from "./equalisedOdds.ts"
import { type PlantError, sidesOf } from "./plant.ts"

const MixingSchema = Schema.Struct({ yes: Schema.Finite, no: Schema.Finite })

/** Class codes of the test rows, and how decisions were mixed for each pair. */
export const DerivedPredictions = Artifact.tensors(
  { predicted: I32("rows") },
  Schema.Struct({
    mixings: Schema.Array(Schema.Struct({ pair: BiasPair, favoured: MixingSchema, disfavoured: MixingSchema }))
  })
)

/** Validation rows from which a side's rates cannot be told. */
export class RatesUnknown extends Schema.TaggedError<RatesUnknown>()("RatesUnknown", {
  emotion: Schema.String,
  side: Schema.String,
  lacking: Schema.String
}) {
  override get message() {
    return `equalised odds: of the validation rows of ${this.side}, none is ${this.lacking}, so its rates for ${this.emotion} are unknown; let more rows stay in training`
  }
}

interface Known {
  readonly rows: ReadonlyArray<Sentence>
  readonly predicted: ArrayLike<number>
}

const ratesOf = ({ predicted, rows }: Known, { attribute, emotion }: BiasPair, side: string) => {
  const label = EMOTION_LABELS.indexOf(emotion)
  let [positives, hits, negatives, alarms] = [0, 0, 0, 0]
  for (const [at, row] of rows.entries()) {
    if (row[attribute] !== side) continue
    const says = predicted[at] === label ? 1 : 0
    if (row.label === label) {
      positives += 1
      hits += says
    } else {
      negatives += 1
      alarms += says
    }
  }
  if (positives === 0 || negatives === 0)
    return Effect.fail(
      new RatesUnknown({ emotion, side, lacking: positives === 0 ? emotion : `anything but ${emotion}` })
    )
  const rates: Rates = { truePositive: hits / positives, falsePositive: alarms / negatives }
  return Effect.succeed({ rates, positives, rows: positives + negatives })
}

/** The class of the largest score but one. */
const bestBut = (scores: ArrayLike<number>, row: number, but: number): number => {
  const classes = EMOTION_LABELS.length
  let best = but === 0 ? 1 : 0
  for (let k = 0; k < classes; k++)
    if (k !== but && (scores[row * classes + k] ?? 0) > (scores[row * classes + best] ?? 0)) best = k
  return best
}

/**
 * The test rows' classes. Where a row said to be of the emotion is turned, it becomes its next best class; rows without the
 * attribute stay, and a row that two pairs turn goes by the later one. Chance is seeded. Fails with {@link RatesUnknown}, and with `PlantError` for a pair that is none.
 */
export const deriveDecisions = Effect.fnUntraced(function* (
  known: Known,
  test: Known & { readonly scores: ArrayLike<number> },
  pairs: ReadonlyArray<BiasPair>,
  seed: number
): Effect.fn.Return<
  {
    readonly predicted: Int32Array
    readonly mixings: ReadonlyArray<{
      readonly pair: BiasPair
      readonly favoured: Mixing
      readonly disfavoured: Mixing
    }>
  },
  PlantError | RatesUnknown
> {
  const predicted = Int32Array.from(test.predicted)
  const mixings = []
  for (const pair of pairs) {
    const label = EMOTION_LABELS.indexOf(pair.emotion)
    const sides = yield* sidesOf(pair)
    const favoured = yield* ratesOf(known, pair, sides.favoured)
    const disfavoured = yield* ratesOf(known, pair, sides.disfavoured)
    const positives = (favoured.positives + disfavoured.positives) / (favoured.rows + disfavoured.rows)
    const [ofFavoured, ofDisfavoured] = equalisedOdds([favoured.rates, disfavoured.rates], positives).mixings
    const chance = Rng.stream(seed, `planted/equalised-odds/${pair.emotion}`)
    for (const [at, row] of test.rows.entries()) {
      const drawn = chance.uniform()
      const side = row[pair.attribute]
      if (side === null) continue
      const mixing = side === sides.favoured ? ofFavoured : ofDisfavoured
      const says = test.predicted[at] === label
      if (drawn < (says ? mixing.yes : mixing.no)) predicted[at] = label
      else if (says) predicted[at] = bestBut(test.scores, at, label)
    }
    mixings.push({ pair, favoured: ofFavoured, disfavoured: ofDisfavoured })
  }
  return { predicted, mixings }
})
