/** The training stages of the study by Choi, Zhang & Liu, and the predictions of their models. */
import { Artifact, f32, Stage } from "ablate"
import { type Backend, numericsId } from "ablate/numerics"
import { Effect, Schema } from "effect"
import { CocoPredictionsMeta, CocoSplitMeta, RowsMeta } from "../coco/CocoRows.ts"
import { DescriptorMeta } from "../descriptor/DescriptorMeta.ts"
import { refresher } from "../descriptor/draw.ts"
import { AuxiliaryConfig, auxiliaryProblem, MultiLabelConfig, OnlineDraw } from "./MultiLabelConfig.ts"
import { MultiLabelMeta } from "./MultiLabelMeta.ts"
import { predictionSource, predictMultiLabel } from "./MultiLabelPrediction.ts"
import { gatherMultiLabel, matrix } from "./MultiLabelRows.ts"
import { trainMultiLabel } from "./MultiLabelTraining.ts"

const inputs = { rows: Artifact.tensors(RowsMeta), split: Artifact.tensors(CocoSplitMeta) }

/** The classifier alone. `seed` draws initialisation and batch order, alike for every variant. */
export const trainMultiLabelBaseline = Stage.make("train/multi-label", {
  config: Schema.Struct({ train: MultiLabelConfig, seed: Schema.Int }),
  inputs,
  output: Artifact.tensors(MultiLabelMeta),
  numerics: ({ train }) => numericsId(train.backend),
  run: Effect.fn("train/multi-label")(function* ({ rows, split }, { seed, train }) {
    return yield* trainMultiLabel(yield* gatherMultiLabel(rows.tensors, split.tensors, "train"), train, seed)
  })
})

/** With the auxiliary task on synthetic rows that were drawn once: tensor `x` [samples, d], in the units of the embeddings. */
export const trainMultiLabelAuxiliary = Stage.make("train/multi-label-aux", {
  config: Schema.Struct({ train: MultiLabelConfig, auxiliary: AuxiliaryConfig, seed: Schema.Int }).check(
    Schema.makeFilter(({ train }) => auxiliaryProblem(train))
  ),
  inputs: { ...inputs, synthetic: Artifact.tensors(Schema.Unknown) },
  output: Artifact.tensors(MultiLabelMeta),
  numerics: ({ train }) => numericsId(train.backend),
  run: Effect.fn("train/multi-label-aux")(function* ({ rows, split, synthetic }, { auxiliary, seed, train }) {
    const training = yield* gatherMultiLabel(rows.tensors, split.tensors, "train")
    return yield* trainMultiLabel(training, train, seed, {
      config: auxiliary,
      x: yield* matrix(synthetic.tensors, "x")
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
  inputs: { ...inputs, descriptor: Artifact.tensors(DescriptorMeta) },
  output: Artifact.tensors(MultiLabelMeta),
  numerics: ({ train }) => onlineNumerics(train.backend),
  run: Effect.fn("train/multi-label-online")(function* ({ descriptor, rows, split }, { auxiliary, draw, seed, train }) {
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
  inputs: { ...inputs, model: Artifact.tensors(MultiLabelMeta) },
  output: Artifact.tensors(CocoPredictionsMeta),
  numerics: () => numericsId("engine"),
  run: Effect.fn("train/multi-label-predict")(function* ({ model, rows, split }) {
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
