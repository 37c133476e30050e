/** The configuration of the multi-label classifiers of Choi, Zhang & Liu: network, main loss, optimiser, auxiliary task. */
import { Schema } from "effect"
import { TrainBackend } from "./TrainConfig.ts"

/**
 * The main loss (section 3.2 and 4.2 of the paper differ). `bce-sum`: twelve sigmoids, binary cross-entropy summed over the
 * labels and averaged over the batch, the reading of section 4.2. `bce-mean`: averaged over the labels too. `softmax-ce`:
 * −Σ y_k·ln softmax(h)_k. `literal-normalised-ce`: −Σ y_k·ln(h_k/Σh) on the sigmoids' outputs, the text to the letter: it
 * fixes only the outputs' ratios, so that "score ≥ .5" means little.
 */
export const MainLoss = Schema.Literals(["bce-sum", "bce-mean", "softmax-ce", "literal-normalised-ce"])
export type MainLoss = typeof MainLoss.Type

export const MultiLabelFields = {
  /** Units of each hidden layer, from the input on; none for a linear classifier. */
  hidden: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 8192 }))),
  activation: Schema.Literals(["relu", "tanh", "identity"]),
  loss: MainLoss,
  /** `coupled`: (l2/2)·‖w‖² in the loss, PyTorch's weight_decay of Adam. `decoupled`: AdamW's. Biases decay too, as there. */
  decay: Schema.Literals(["coupled", "decoupled", "none"]),
  /** Strength of the decay; null exactly where there is none. */
  l2: Schema.NullOr(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))),
  learningRate: Schema.Finite.check(Schema.isGreaterThan(0)),
  /** Rows a step; null for all of them. */
  batch: Schema.NullOr(Schema.Int.check(Schema.isGreaterThan(0))),
  epochs: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })),
  /** Whether inputs are brought to mean 0 and standard deviation 1 over the training rows; the paper says nothing of it. */
  standardise: Schema.Boolean,
  backend: TrainBackend
} as const

export const MultiLabelConfig = Schema.Struct(MultiLabelFields).check(
  Schema.makeFilter(({ decay, l2 }) =>
    (decay === "none") === (l2 === null)
      ? undefined
      : {
          path: ["l2"],
          issue: `decay "${decay}" with l2 ${l2}, expected ${decay === "none" ? "null" : "a number of at least 0"}`
        }
  )
)
export type MultiLabelConfig = typeof MultiLabelConfig.Type

/** The paper's figures where it gives them; the width of the hidden layer is ours (methods, section 3.3). */
export const MULTI_LABEL_DEFAULTS: MultiLabelConfig = {
  hidden: [256],
  activation: "relu",
  loss: "bce-sum",
  decay: "coupled",
  l2: 1e-3,
  learningRate: 3e-5,
  batch: 64,
  epochs: 50,
  standardise: false,
  backend: "engine"
}

/**
 * What stands for the indicator 1[p_k ≥ .5]·1[p_man ≥ .5], which has no gradient: the `product` of the probabilities; the
 * indicator forward and the product backward (`straight-through`); the product of probabilities `sharpened` by β; or the
 * `conditional` frequency of the gender given the label, which is what the paper's metric reports.
 */
export const Surrogate = Schema.Literals(["product", "straight-through", "sharpened", "conditional"])
export type Surrogate = typeof Surrogate.Type

export const AuxiliaryFields = {
  surrogate: Surrogate,
  /** Sharpness of `sharpened`; null exactly where the surrogate is another. */
  beta: Schema.NullOr(Schema.Finite.check(Schema.isGreaterThan(0))),
  /** `man`: one term a label. `both`: a further one for woman. */
  genders: Schema.Literals(["man", "both"]),
  /** Weight λ. */
  lambda: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)),
  /** Synthetic rows a step, drawn without replacement from a shuffle; null for all. */
  rowsPerStep: Schema.NullOr(Schema.Int.check(Schema.isGreaterThan(0))),
  /**
   * Whose frequencies are matched: of the `step`'s rows, or of the last `pass` over all of them, each row as the network saw it
   * last (the gradient is the step's alone). Null exactly where a step has all rows.
   */
  frequencies: Schema.NullOr(Schema.Literals(["step", "pass"]))
} as const

export const AuxiliaryConfig = Schema.Struct(AuxiliaryFields).check(
  Schema.makeFilter(({ beta, frequencies, rowsPerStep, surrogate }) => {
    const issues: Array<Schema.FilterIssue> = []
    if ((surrogate === "sharpened") !== (beta !== null))
      issues.push({
        path: ["beta"],
        issue: `surrogate "${surrogate}" with beta ${beta}, expected ${surrogate === "sharpened" ? "a positive number" : "null"}`
      })
    if ((rowsPerStep === null) !== (frequencies === null))
      issues.push({
        path: ["frequencies"],
        issue: `rowsPerStep ${rowsPerStep} with frequencies ${JSON.stringify(frequencies)}, expected ${rowsPerStep === null ? "null" : '"step" or "pass"'}`
      })
    return issues
  })
)
export type AuxiliaryConfig = typeof AuxiliaryConfig.Type

export const AUXILIARY_DEFAULTS: AuxiliaryConfig = {
  surrogate: "product",
  beta: null,
  genders: "man",
  lambda: 1,
  rowsPerStep: null,
  frequencies: null
}

/** β where `sharpened` is chosen without one. */
export const DEFAULT_BETA = 10

/** Online sampling: what a fresh draw for every epoch is. */
export const OnlineDraw = Schema.Struct({
  samples: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })),
  /** Langevin steps from one epoch's draw to the next. */
  steps: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })),
  /** Langevin steps before the first epoch's. */
  burnIn: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))
})
export type OnlineDraw = typeof OnlineDraw.Type

/** As many samples as the paper's offline draw; after 20 steps neighbouring draws of the stand-in correlate by about .6. */
export const ONLINE_DEFAULTS: OnlineDraw = { samples: 1760, steps: 20, burnIn: 100 }

/** Why a classifier cannot have the auxiliary task, if so. */
export const auxiliaryProblem = ({ loss }: MultiLabelConfig): string | undefined =>
  loss === "softmax-ce"
    ? 'main loss "softmax-ce" with an auxiliary task: its frequencies need a probability for every label by itself, and a softmax gives shares of one; choose "bce-sum", "bce-mean" or "literal-normalised-ce"'
    : undefined
