/** The stages of the COCO study's regimes: the best possible classifier, what it amplifies, and trained ones beside it. */
import { Artifact, f32, Progress, Stage, u8 } from "ablate"
import { Rng } from "ablate/numerics"
import { Effect, Schema } from "effect"
import { CocoPredictions, CocoRows, CocoSplit } from "../coco/CocoRows.ts"
import { OUTPUTS } from "../coco/CocoSet.ts"
import { SyntheticConfig } from "../images/synthetic.ts"
import { syntheticBayes } from "../images/syntheticBayes.ts"
import { bitAccuracy } from "./BitAccuracy.ts"
import { cocoPredicted, cocoScores, cocoTruth } from "./CocoParts.ts"
import type { LabelBits } from "./LabelBits.ts"
import { REGIME_FIGURES, RegimeCounts, RegimeOracle, regimeFigures } from "./RegimeFigures.ts"

const WIDTH = OUTPUTS.length

/** Images between reports. */
const REPORTED = 4096

/** What the best possible classifier of made-up embeddings amplifies, over `draws` random images of the generator. */
export const regimeOracle = Stage.make("metrics/regime-oracle", {
  config: Schema.Struct({
    synthetic: SyntheticConfig,
    draws: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100_000_000 })),
    seed: Schema.Int
  }),
  output: Artifact.json(RegimeOracle),
  run: (_, { draws, seed, synthetic }) =>
    Effect.gen(function* () {
      const bayes = syntheticBayes(synthetic)
      const rng = Rng.stream(seed, "metrics/regime-oracle")
      const progress = yield* Progress
      const counts = new RegimeCounts()
      const bits = new Uint8Array(WIDTH)
      const probabilities = new Float64Array(WIDTH)
      for (let draw = 0; draw < draws; draw++) {
        bayes.posterior(bayes.draw(rng, bits), probabilities)
        counts.add(bits, probabilities)
        if (draw % REPORTED !== 0) continue
        yield* progress.report({ current: draw, total: draws, unit: "image" })
        yield* Effect.yieldNow
      }
      return { draws, manShare: counts.manShare ?? 0, labels: counts.labels() }
    })
})

/** Probabilities as logits; those of certainty stay finite. */
const logitOf = (p: number): number => {
  const inside = Math.min(1 - 1e-12, Math.max(1e-12, p))
  return Math.log(inside / (1 - inside))
}

/** What the best possible classifier says of the rows of made-up embeddings. */
export const bayesPredictions = Stage.make("metrics/bayes-predictions", {
  config: SyntheticConfig,
  inputs: { rows: CocoRows, split: CocoSplit },
  output: CocoPredictions,
  run: ({ rows, split }, config) =>
    Effect.sync(() => {
      const bayes = syntheticBayes(config)
      const into = new Float64Array(WIDTH)
      const { x } = rows.tensors
      const part = (indices: ArrayLike<number>) => {
        const scores = new Float32Array(indices.length * WIDTH)
        for (let at = 0; at < indices.length; at++) {
          bayes.posterior(bayes.statisticOf(x.data, (indices[at] ?? 0) * config.dimension), into)
          scores.set(into, at * WIDTH)
        }
        const shape = [indices.length, WIDTH] as const
        return {
          scores: f32(shape, scores),
          logits: f32(shape, Float32Array.from(scores, logitOf)),
          predicted: u8(
            shape,
            Uint8Array.from(scores, (score) => Number(score >= 0.5))
          )
        }
      }
      const [train, test] = [part(split.tensors.train.data), part(split.tensors.test.data)]
      return {
        tensors: {
          trainScores: train.scores,
          trainLogits: train.logits,
          trainPredicted: train.predicted,
          testScores: test.scores,
          testLogits: test.logits,
          testPredicted: test.predicted
        },
        meta: { source: "the best possible classifier of the made-up embeddings" }
      }
    })
})

/** Share of men, and of every label; counted from what is true alone. */
const countsOf = ({ data, rows, width }: LabelBits, scores: ArrayLike<number>) => {
  const counts = new RegimeCounts()
  const row = (values: ArrayLike<number>, at: number) =>
    Array.from({ length: width }, (_, k) => values[at * width + k] ?? 0)
  for (let at = 0; at < rows; at++) counts.add(row(data, at), row(scores, at))
  return counts
}

/** Amplification of one classifier on the test rows, against the training part's ground truth, beside the oracle's. */
export const regimeMetrics = Stage.make("metrics/regime", {
  inputs: { rows: CocoRows, split: CocoSplit, predictions: CocoPredictions, oracle: Artifact.json(RegimeOracle) },
  output: Artifact.metrics(REGIME_FIGURES),
  run: ({ oracle, predictions, rows, split }) =>
    Effect.gen(function* () {
      const { test, train } = yield* cocoTruth(rows.tensors, split.tensors)
      const scores = yield* cocoScores(predictions.tensors, "test", test.rows)
      const predicted = yield* cocoPredicted(predictions.tensors, "test", test.rows)
      const trained = countsOf(train, train.data)
      const reference = trained.labels()
      const isGender = (column: number) => column === WIDTH - 1
      return regimeFigures({
        labels: countsOf(test, scores)
          .labels()
          .map((label, at) => ({ ...label, reference: reference[at]?.reference ?? null })),
        manShare: trained.manShare ?? 0,
        oracle,
        accuracy: bitAccuracy(test, predicted),
        genderAccuracy: bitAccuracy(test, predicted, isGender)
      })
    })
})
