/**
 * Adversarial debiasing (Zhang, Lemoine & Mitchell, "Mitigating unwanted biases with adversarial learning", AIES 2018): an
 * adversary reads the attribute out of the predictor's answer, and the predictor's weights W move along
 * ∇L_P − proj_{∇L_A}∇L_P − α∇L_A, while the adversary lowers its own loss L_A. It is given the five
 * outputs ŷ (their s with c = 0: bounded, so that the predictor cannot win by ever larger logits) and the true class, so
 * what it asks for is equalised odds (their §4).
 */
import { type Float32Tensor, f32 } from "ablate"
import { Rng, sigmoid, softplus } from "ablate/numerics"
import { Effect } from "effect"
import { Adam } from "../descriptor/Adam.ts"

export interface AdversaryData {
  /** [rows, inputs] */
  readonly x: Float32Tensor<readonly [number, number]>
  /** Class codes. */
  readonly y: ArrayLike<number>
  /** 1 for the one side, 0 for the other, −1 where the adversary does not look. */
  readonly side: ArrayLike<number>
  readonly classes: number
}

export interface AdversaryOptions {
  /** α: how hard the predictor acts against the adversary. */
  readonly alpha: number
  readonly learningRate: number
  readonly epochs: number
  readonly batch: number
  readonly seed: number
  /** Called after every epoch with the mean losses of the predictor (½‖ŷ − y‖² a row) and of the adversary. */
  readonly onEpoch: (
    epoch: number,
    losses: { readonly predictor: number; readonly adversary: number }
  ) => Effect.Effect<void>
}

/** Weights of the predictor: `trunk.0.weight` [width, inputs] under ReLU, `heads.y.weight` [classes, width] under sigmoids. */
export type PredictorWeights = Readonly<Record<"trunk.0.weight" | "heads.y.weight", Float32Tensor>>

/** The predictor's gradient g − proj_a g − α·a, in place of g. Both are lists of the same parameters. */
export const against = (
  own: ReadonlyArray<Float64Array>,
  adversary: ReadonlyArray<Float64Array>,
  alpha: number
): void => {
  let inner = 0
  let square = 0
  for (const [part, a] of adversary.entries()) {
    const g = own[part] ?? a
    for (let i = 0; i < a.length; i++) {
      inner += (g[i] ?? 0) * (a[i] ?? 0)
      square += (a[i] ?? 0) * (a[i] ?? 0)
    }
  }
  // An adversary without a gradient has no direction to project on.
  const factor = (square > 0 ? inner / square : 0) + alpha
  for (const [part, a] of adversary.entries()) {
    const g = own[part] ?? a
    for (let i = 0; i < a.length; i++) g[i] = (g[i] ?? 0) - factor * (a[i] ?? 0)
  }
}

/** Trains from `start`, which is left as it is. */
export const trainAgainst = Effect.fnUntraced(function* (
  { classes, side, x, y }: AdversaryData,
  start: PredictorWeights,
  options: AdversaryOptions
) {
  const [rows, inputs] = x.shape
  const trunk = Float32Array.from(start["trunk.0.weight"].data)
  const head = Float32Array.from(start["heads.y.weight"].data)
  const width = trunk.length / inputs
  const parameters = { "trunk.0.weight": f32([width, inputs], trunk), "heads.y.weight": f32([classes, width], head) }
  // The adversary: a logistic regression on the outputs for each true class, from zero.
  const adversary = { weight: f32([classes, classes + 1], new Float32Array(classes * (classes + 1))) }
  const [predictorAdam, adversaryAdam] = [new Adam(options.learningRate, 0.9), new Adam(options.learningRate, 0.9)]
  const own = [new Float64Array(trunk.length), new Float64Array(head.length)] as const
  const opposed = [new Float64Array(trunk.length), new Float64Array(head.length)] as const
  const reading = new Float64Array(adversary.weight.data.length)
  const hidden = new Float64Array(width)
  const outputs = new Float64Array(classes)
  // Of the two losses by the logits.
  const slopes = new Float64Array(classes)
  const opposing = new Float64Array(classes)

  const forward = (row: number) => {
    for (let unit = 0; unit < width; unit++) {
      let sum = 0
      for (let i = 0, w = unit * inputs, at = row * inputs; i < inputs; i++)
        sum += (trunk[w + i] ?? 0) * (x.data[at + i] ?? 0)
      hidden[unit] = sum > 0 ? sum : 0
    }
    for (let k = 0; k < classes; k++) {
      let sum = 0
      for (let unit = 0; unit < width; unit++) sum += (head[k * width + unit] ?? 0) * (hidden[unit] ?? 0)
      outputs[k] = sigmoid(sum)
    }
  }
  /** Adds what slopes of the logits mean for the weights: the predictor's own, and the adversary's. */
  const backward = (row: number) => {
    for (let unit = 0; unit < width; unit++) {
      const h = hidden[unit] ?? 0
      if (h === 0) continue
      let slope = 0
      let against = 0
      for (let k = 0, w = unit; k < classes; k++, w += width) {
        const weight = head[w] ?? 0
        slope += (slopes[k] ?? 0) * weight
        against += (opposing[k] ?? 0) * weight
        own[1][w] = (own[1][w] ?? 0) + (slopes[k] ?? 0) * h
        opposed[1][w] = (opposed[1][w] ?? 0) + (opposing[k] ?? 0) * h
      }
      for (let i = unit * inputs, at = row * inputs; i < (unit + 1) * inputs; i++, at++) {
        const value = x.data[at] ?? 0
        own[0][i] = (own[0][i] ?? 0) + slope * value
        opposed[0][i] = (opposed[0][i] ?? 0) + against * value
      }
    }
  }
  const predictorLoss = (row: number, count: number) => {
    let loss = 0
    for (let k = 0; k < classes; k++) {
      const said = outputs[k] ?? 0
      const error = said - (y[row] === k ? 1 : 0)
      loss += 0.5 * error * error
      slopes[k] = (error * said * (1 - said)) / count
    }
    return loss
  }
  const adversaryLoss = (row: number, count: number) => {
    opposing.fill(0)
    const truth = side[row] ?? -1
    if (truth < 0) return 0
    const of = (y[row] ?? 0) * (classes + 1)
    const weights = adversary.weight.data
    let score = weights[of + classes] ?? 0
    for (let k = 0; k < classes; k++) score += (weights[of + k] ?? 0) * (outputs[k] ?? 0)
    const error = (sigmoid(score) - truth) / count
    for (let k = 0; k < classes; k++) {
      const said = outputs[k] ?? 0
      opposing[k] = error * (weights[of + k] ?? 0) * said * (1 - said)
      reading[of + k] = (reading[of + k] ?? 0) + error * said
    }
    reading[of + classes] = (reading[of + classes] ?? 0) + error
    return softplus(score) - truth * score
  }

  const curves: { readonly predictor: Array<number>; readonly adversary: Array<number> } = {
    predictor: [],
    adversary: []
  }
  const stream = Rng.stream(options.seed, "adversary/batches")
  const seen = Array.from({ length: rows }, (_, row) => row).filter((row) => (side[row] ?? -1) >= 0).length
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    const order = stream.permutation(rows)
    let [ofPredictor, ofAdversary] = [0, 0]
    for (let first = 0; first < rows; first += options.batch) {
      const batch = order.subarray(first, first + options.batch)
      const looked = batch.reduce((count, row) => count + ((side[row] ?? -1) >= 0 ? 1 : 0), 0)
      for (const gradient of [...own, ...opposed, reading]) gradient.fill(0)
      for (const row of batch) {
        forward(row)
        ofPredictor += predictorLoss(row, batch.length)
        ofAdversary += adversaryLoss(row, looked)
        backward(row)
      }
      against(own, opposed, options.alpha)
      predictorAdam.ascend(parameters, { "trunk.0.weight": own[0], "heads.y.weight": own[1] }, -1)
      adversaryAdam.ascend(adversary, { weight: reading }, -1)
    }
    const losses = { predictor: ofPredictor / rows, adversary: seen === 0 ? 0 : ofAdversary / seen }
    curves.predictor.push(losses.predictor)
    curves.adversary.push(losses.adversary)
    yield* options.onEpoch(epoch, losses)
    yield* Effect.yieldNow
  }
  return { parameters, curves }
})
