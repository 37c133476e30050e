/** The paper's network trained on rows, whatever its objectives: what the training stages of the emotion study share. */
import { Progress } from "ablate"
import { Train } from "ablate/numerics"
import { Effect } from "effect"
import type { EmotionModel } from "./EmotionModel.ts"
import type { Rows } from "./Rows.ts"
import type { TrainConfig } from "./TrainConfig.ts"

/** Trains the problem `model` of these rows; the value of a `DenseModel`. */
export const fitEmotion = Effect.fnUntraced(function* (
  rows: Rows,
  model: EmotionModel,
  train: TrainConfig,
  seed: number
) {
  const progress = yield* Progress
  const fitted = yield* Train.fit({
    network: model.network,
    objectives: model.objectives,
    optimisers: model.optimisers,
    data: { x: rows.x, targets: model.targets, gates: model.gates },
    batch: train.batch ?? "full",
    epochs: train.epochs,
    seed,
    backend: train.backend,
    onProgress: ({ epoch, epochs, loss }) =>
      progress.report({ current: epoch, total: epochs, unit: "epoch", metrics: { loss } })
  })
  return {
    tensors: { parameters: fitted.parameters },
    meta: {
      kind: "dense" as const,
      inputs: model.network.inputs,
      width: train.width,
      activation: train.activation,
      output: train.output,
      activeTasks: model.activeTasks,
      epochs: fitted.epochs,
      loss: fitted.curves.loss,
      terms: fitted.curves.terms,
      converged: true,
      numerics: fitted.numerics
    }
  }
})
