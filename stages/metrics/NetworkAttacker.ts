/** A small network that guesses gender from what it is shown of a row. */
import { f32 } from "ablate"
import { Objective, Train, type Training } from "ablate/numerics"
import { Effect } from "effect"

export interface AttackRows {
  readonly rows: number
  readonly width: number
  /** [rows, width] */
  readonly x: Float32Array
  /** 1 man, 0 woman, [rows]. */
  readonly man: Uint8Array
}

/**
 * `mlp`: one hidden layer, enough for eleven inputs. `paper`: the layers and optimiser of Wang et al. (ICCV 2019), with
 * ReLU for its leaky ReLU; it costs several hundred times as much. Neither has its batch normalisation: inputs are
 * standardised by the training rows instead.
 */
export type NetworkSize = "mlp" | "paper"

const SIZES = {
  mlp: { hidden: [32], learningRate: 0.01, weightDecay: 0, batch: 256, epochs: 12 },
  paper: { hidden: [300, 300, 300], learningRate: 5e-5, weightDecay: 1e-5, batch: 128, epochs: 100 }
} as const

/** Columns less their mean, over their standard deviation, both of the training rows; a constant column becomes 0. */
export const standardised = (train: AttackRows, test: AttackRows): readonly [Float32Array, Float32Array] => {
  const out = [new Float32Array(train.x.length), new Float32Array(test.x.length)] as const
  for (let column = 0; column < train.width; column++) {
    let mean = 0
    for (let row = 0; row < train.rows; row++) mean += (train.x[row * train.width + column] ?? 0) / train.rows
    let variance = 0
    for (let row = 0; row < train.rows; row++) {
      const centred = (train.x[row * train.width + column] ?? 0) - mean
      variance += (centred * centred) / train.rows
    }
    const deviation = Math.sqrt(variance)
    // Rounding leaves a constant column a deviation of about 1e-16 of its size.
    const isConstant = deviation <= 1e-9 * Math.abs(mean)
    for (const [at, rows] of [train, test].entries()) {
      const column32 = out[at]
      if (column32 === undefined || isConstant) continue
      for (let row = 0; row < rows.rows; row++) {
        const from = row * rows.width + column
        column32[from] = ((rows.x[from] ?? 0) - mean) / deviation
      }
    }
  }
  return out
}

/** Trains on one set of rows and returns the share of the other whose gender it guesses (a score of ½ says man). */
export const networkAttack = Effect.fnUntraced(function* (
  size: NetworkSize,
  train: AttackRows,
  test: AttackRows,
  seed: number
) {
  const { batch, epochs, hidden, learningRate, weightDecay } = SIZES[size]
  const [x, testX] = standardised(train, test)
  const training: Training = {
    network: {
      inputs: train.width,
      trunk: hidden.map((units) => ({ units, activation: "relu" as const })),
      heads: [{ name: "man", units: 1, activation: "sigmoid" }]
    },
    objectives: [Objective.binaryCrossEntropy({ name: "gender", head: "man" })],
    optimisers: [{ method: { _tag: "Adam", learningRate, weightDecay } }],
    data: {
      x: f32([train.rows, train.width], x),
      targets: { man: f32([train.rows], Float32Array.from(train.man)) }
    },
    batch,
    epochs,
    seed
  }
  const { parameters } = yield* Train.fit(training)
  const { man } = yield* Train.predict({
    network: training.network,
    parameters,
    x: f32([test.rows, test.width], testX)
  })
  const logits = man?.logits.data ?? []
  let right = 0
  for (let row = 0; row < test.rows; row++) if (((logits[row] ?? 0) >= 0 ? 1 : 0) === test.man[row]) right += 1
  return right / test.rows
})
