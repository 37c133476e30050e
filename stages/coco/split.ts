/** The division of the images into a training and a test part. */
import { Rng } from "ablate/numerics"
import { Effect, Schema } from "effect"

/** The paper's share of training images. */
export const TRAIN_SHARE = 0.85

export const TrainShare = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))

/** A division that would leave one part empty. */
export class CocoSplitImpossible extends Schema.TaggedError<CocoSplitImpossible>()("CocoSplitImpossible", {
  rows: Schema.Int,
  trainShare: Schema.Finite
}) {
  override get message() {
    return `split: ${this.rows} rows at a training share of ${this.trainShare} leave no training or no test rows; give more images or another share`
  }
}

/** Training rows of n: ⌊share · n⌋, where a product that is whole but for rounding counts as whole. */
export const trainSize = (rows: number, share: number): number => Math.floor(rows * share + 1e-9 * rows)

/** Row indices in ascending order, drawn uniformly; every row is in exactly one of the two parts. */
export const splitCoco = (
  rows: number,
  { seed, trainShare }: { readonly seed: number; readonly trainShare: number }
): Effect.Effect<{ readonly train: Int32Array; readonly test: Int32Array }, CocoSplitImpossible> => {
  const size = trainSize(rows, trainShare)
  if (size < 1 || size >= rows) return Effect.fail(new CocoSplitImpossible({ rows, trainShare }))
  const order = Rng.stream(seed, "split").permutation(rows)
  return Effect.succeed({ train: order.slice(0, size).sort(), test: order.slice(size).sort() })
}
