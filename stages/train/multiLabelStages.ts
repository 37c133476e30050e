/** The training stages of the study by Choi, Zhang & Liu, and the predictions of their models. */
import { Artifact, F32, f32, Stage } from "ablate"
import { type Backend, numericsId } from "ablate/numerics"
import { Effect, Schema } from "effect"
import { CocoPredictions, CocoRows, CocoSplit } from "../coco/CocoRows.ts"
import { DescriptorModel } from "../descriptor/DescriptorMeta.ts"
import { refresher } from "../descriptor/draw.ts"
import { AuxiliaryConfig, auxiliaryProblem, MultiLabelConfig, OnlineDraw } from "./MultiLabelConfig.ts"
import { MultiLabelModel } from "./MultiLabelMeta.ts"
import { predictionSource, predictMultiLabel } from "./MultiLabelPrediction.ts"
import { gatherMultiLabel } from "./MultiLabelRows.ts"
import { trainMultiLabel } from "./MultiLabelTraining.ts"

const inputs = { rows: CocoRows, split: CocoSplit }

/** The classifier alone. `seed` draws initialisation and batch order, alike for every variant. */
export const trainMultiLabelBaseline = Stage.make("train/multi-label", {
  config: Schema.Struct({ train: MultiLabelConfig, seed: Schema.Int }),
  inputs,
  output: MultiLabelModel,
  numerics: ({ train }) => numericsId(train.backend),
  run: ({ rows, split }, { seed, train }) =>
    Effect.gen(function* () {
      return yield* trainMultiLabel(yield* gatherMultiLabel(rows.tensors, split.tensors, "train"), train, seed)
    })
})

/** With the auxiliary task on synthetic rows that were drawn once, in the units of the embeddings. */
export const trainMultiLabelAuxiliary = Stage.make("train/multi-label-aux", {
  config: Schema.Struct({ train: MultiLabelConfig, auxiliary: AuxiliaryConfig, seed: Schema.Int }).check(
    Schema.makeFilter(({ train }) => auxiliaryProblem(train))
  ),
  inputs: { ...inputs, synthetic: Artifact.tensors({ x: F32("samples", "inputs") }) },
  output: MultiLabelModel,
  numerics: ({ train }) => numericsId(train.backend),
  run: ({ rows, split, synthetic }, { auxiliary, seed, train }) =>
    Effect.gen(function* () {
      const training = yield* gatherMultiLabel(rows.tensors, split.tensors, "train")
      return yield* trainMultiLabel(training, train, seed, {
        config: auxiliary,
        x: synthetic.tensors.x
      })
    })
})

/**
 * With the auxiliary task on rows that the descriptor model draws anew for every epoch: what the authors left out for its cost.
 * The chains go on from epoch to epoch; `seed` seeds them too.
 */
export const trainMultiLabelOnline = Stage.make("train/multi-label-online", {
  config: Schema.Struct({
    train: MultiLabelConfig,
    auxiliary: AuxiliaryConfig,
    draw: OnlineDraw,
    seed: Schema.Int
  }).check(Schema.makeFilter(({ train }) => auxiliaryProblem(train))),
  inputs: { ...inputs, descriptor: DescriptorModel },
  output: MultiLabelModel,
  numerics: ({ train }) => onlineNumerics(train.backend),
  run: ({ descriptor, rows, split }, { auxiliary, draw, seed, train }) =>
    Effect.gen(function* () {
      const training = yield* gatherMultiLabel(rows.tensors, split.tensors, "train")
      const fresh = yield* refresher(descriptor, { ...draw, seed })
      return yield* trainMultiLabel(training, train, seed, {
        config: auxiliary,
        x: f32([draw.samples, descriptor.meta.inputs], yield* fresh),
        fresh
      })
    })
})

/** The sampler is the engine's, whatever trains. */
const onlineNumerics = (backend: Backend) =>
  backend === "engine" ? numericsId("engine") : `${numericsId(backend)} ${numericsId("engine")}`

/** Scores and predicted labels of the training and the test rows, in the split's order. */
export const predictMultiLabels = Stage.make("train/multi-label-predict", {
  inputs: { ...inputs, model: MultiLabelModel },
  output: CocoPredictions,
  numerics: () => numericsId("engine"),
  run: ({ model, rows, split }) =>
    Effect.gen(function* () {
      const train = yield* predictMultiLabel(model, yield* gatherMultiLabel(rows.tensors, split.tensors, "train"))
      const test = yield* predictMultiLabel(model, yield* gatherMultiLabel(rows.tensors, split.tensors, "test"))
      return {
        tensors: {
          trainScores: train.scores,
          trainLogits: train.logits,
          trainPredicted: train.predicted,
          testScores: test.scores,
          testLogits: test.logits,
          testPredicted: test.predicted
        },
        meta: { source: predictionSource(model.meta) }
      }
    })
})
