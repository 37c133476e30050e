/** The metrics stage of the emotion study: a thin wrapper around this folder's functions. */
import { Artifact, Stage } from "ablate"
import { Effect, Schema } from "effect"
import { EMOTION_LABELS, Sentence } from "../eec/Sentence.ts"
import { SplitMeta } from "../eec/split.ts"
import { EMOTION_FIGURES, emotionFigures } from "./EmotionFigures.ts"

/** Predictions that do not belong to the test rows they came with. */
export class PredictionsMismatch extends Schema.TaggedError<PredictionsMismatch>()("PredictionsMismatch", {
  field: Schema.String,
  found: Schema.String,
  expected: Schema.String
}) {
  override get message() {
    return `predictions, tensor "${this.field}": found ${this.found}, expected ${this.expected}`
  }
}

/**
 * All figures of one classifier.
 *
 * Inputs: the `sample`; its `split` (I32 row indices `train` and `test` into the sample); `predictions` with `predicted`
 * (I32 [test rows], class codes 0..4, in the order of `test`) and, optionally, `scores` (F32 [test rows, 5]).
 */
export const emotionMetrics = Stage.make("metrics/emotion", {
  inputs: {
    sample: Artifact.table(Sentence),
    split: Artifact.tensors(SplitMeta),
    predictions: Artifact.tensors(Schema.Unknown)
  },
  output: Artifact.metrics(EMOTION_FIGURES),
  run: Effect.fn("metrics/emotion")(function* ({ predictions, sample, split }) {
    const rowsOf = (indices: Iterable<number>) => [...indices].flatMap((index) => sample[index] ?? [])
    const rows = rowsOf(split.tensors.test?.data ?? [])
    const train = rowsOf(split.tensors.train?.data ?? []).map((row) => row.label)
    const predicted = predictions.tensors.predicted?.data
    if (predicted?.length !== rows.length)
      return yield* new PredictionsMismatch({
        field: "predicted",
        found: predicted === undefined ? "nothing" : `${predicted.length} rows`,
        expected: `one class code for each of the ${rows.length} test rows`
      })
    const stray = [...predicted].find((label: number) => EMOTION_LABELS[label] === undefined)
    if (stray !== undefined)
      return yield* new PredictionsMismatch({
        field: "predicted",
        found: `the class code ${stray}`,
        expected: `0..${EMOTION_LABELS.length - 1}`
      })
    const scores = predictions.tensors.scores?.data ?? null
    if (scores !== null && scores.length !== rows.length * EMOTION_LABELS.length)
      return yield* new PredictionsMismatch({
        field: "scores",
        found: `${scores.length} numbers`,
        expected: `${rows.length} × ${EMOTION_LABELS.length}`
      })
    return emotionFigures({ rows, train, predicted, scores })
  })
})
