/** A split and a bias-agnostic network for toys of the training stages. */
import { i32 } from "ablate"
import type { SplitMeta } from "../../../stages/eec/split.ts"
import type { TrainConfig } from "../../../stages/train/TrainConfig.ts"

export const plainNetwork: TrainConfig = {
  width: 16,
  activation: "relu",
  output: "sigmoid",
  init: "glorot",
  optimiser: "joint",
  learningRate: 0.01,
  epochs: 200,
  batch: 16,
  l2: 0,
  backend: "engine",
  pairs: [],
  objective: null,
  lambda: null,
  tau: null
}

/** The rows from .. to − 1. */
const range = (from: number, to: number) =>
  i32(
    [to - from],
    Int32Array.from({ length: to - from }, (_, at) => from + at)
  )

const meta: SplitMeta = { split: "random", train: 80, test: 20, heldOut: [], missingFromTest: [] }

/** Of a hundred rows the first eighty train. */
export const firstEighty = { tensors: { train: range(0, 80), test: range(80, 100) }, meta }
