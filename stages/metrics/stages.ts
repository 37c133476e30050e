/** The metrics stages of the emotion study: thin wrappers around this folder's functions. */
import { Artifact, F32, I32, Stage } from "ablate"
import { Effect, Schema } from "effect"
import { EMOTION_LABELS, Sentence } from "../eec/Sentence.ts"
import { SplitRows } from "../eec/split.ts"
import { emotionContributions } from "./EmotionContributions.ts"
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

/** What a classifier of the emotion study is judged by. */
export const evaluationInputs = {
  sample: Artifact.table(Sentence),
  split: SplitRows,
  predictions: Artifact.tensors({
    predicted: I32("rows"),
    scores: Artifact.optional(F32("rows", EMOTION_LABELS.length))
  })
}

export interface EvaluationInputs {
  readonly sample: ReadonlyArray<Sentence>
  readonly split: SplitRows
  readonly predictions: Artifact.Value<typeof evaluationInputs.predictions>
}

/** Test rows, and what is said of them. Fails with {@link PredictionsMismatch}. */
export const evaluationOf = Effect.fnUntraced(function* ({ predictions, sample, split }: EvaluationInputs) {
  const rowsOf = (indices: Iterable<number>) => [...indices].flatMap((index) => sample[index] ?? [])
  const rows = rowsOf(split.tensors.test.data)
  const train = rowsOf(split.tensors.train.data).map((row) => row.label)
  const predicted = predictions.tensors.predicted.data
  if (predicted.length !== rows.length)
    return yield* new PredictionsMismatch({
      field: "predicted",
      found: `${predicted.length} rows`,
      expected: `one class code for each of the ${rows.length} test rows`
    })
  const stray = [...predicted].find((label) => EMOTION_LABELS[label] === undefined)
  if (stray !== undefined)
    return yield* new PredictionsMismatch({
      field: "predicted",
      found: `the class code ${stray}`,
      expected: `0..${EMOTION_LABELS.length - 1}`
    })
  return { rows, train, predicted, scores: predictions.tensors.scores?.data ?? null }
})

/**
 * All figures of one classifier.
 *
 * Inputs: the `sample`; its `split`; `predictions` with `predicted` (class codes 0..4 of the test rows, in their order)
 * and, optionally, `scores`.
 */
export const emotionMetrics = Stage.make("metrics/emotion", {
  inputs: evaluationInputs,
  output: Artifact.metrics(EMOTION_FIGURES),
  run: (given) => Effect.map(evaluationOf(given), emotionFigures)
})

/** What the emotion words of the test rows add to those figures. */
export const emotionRows = Stage.make("metrics/emotion-rows", {
  inputs: evaluationInputs,
  output: Artifact.contributions,
  run: (given) => Effect.map(evaluationOf(given), emotionContributions)
})
