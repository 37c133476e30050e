/** The classifier of Choi, Zhang & Liu as a training problem: network, objectives, optimiser. */
import { type Network, Objective, type Optimiser } from "ablate/numerics"
import { COCO_LABELS, GENDER_COLUMN, OUTPUTS } from "../coco/CocoSet.ts"
import { type AuxiliaryConfig, DEFAULT_BETA, type MultiLabelConfig } from "./MultiLabelConfig.ts"
import { passMatching } from "./MultiLabelMatching.ts"
import type { AuxiliaryTarget } from "./MultiLabelMeta.ts"

/** The extra batch that the auxiliary task is evaluated on. */
export const SYNTHETIC = "synthetic"

/** Hidden layers and one head `y` of twelve outputs. */
export const multiLabelNetwork = (
  inputs: number,
  { activation, hidden, loss }: Pick<MultiLabelConfig, "activation" | "hidden" | "loss">
): Network<"y"> => ({
  inputs,
  trunk: hidden.map((units) => ({ units, activation })),
  heads: [{ name: "y", units: OUTPUTS.length, activation: loss === "softmax-ce" ? "softmax" : "sigmoid" }]
})

/** The main loss L_main, under the name `main`. */
export const mainObjective = (loss: MultiLabelConfig["loss"]): Objective.Objective => {
  const term = { name: "main", head: "y" } as const
  switch (loss) {
    case "bce-sum":
      return Objective.binaryCrossEntropy({ ...term, labels: "sum" })
    case "bce-mean":
      return Objective.binaryCrossEntropy({ ...term, labels: "mean" })
    case "softmax-ce":
      return Objective.categoricalCrossEntropy({ ...term, form: "softmax" })
    case "literal-normalised-ce":
      return Objective.categoricalCrossEntropy({ ...term, form: "normalised" })
  }
}

/** λ·Σ_k L_aux^k over `samples` synthetic rows, under the name `auxiliary`. */
export const auxiliaryObjective = (
  { beta, frequencies, lambda, rowsPerStep, surrogate }: AuxiliaryConfig,
  asked: ReadonlyArray<AuxiliaryTarget>,
  samples: number
): Objective.Objective => {
  const term = { name: "auxiliary", head: "y", batch: SYNTHETIC, weight: lambda } as const
  const attribute = GENDER_COLUMN
  const targets = asked.map(({ gender, label, value }) => ({
    unit: COCO_LABELS.indexOf(label),
    value,
    attributeValue: gender === "man" ? (1 as const) : (0 as const)
  }))
  if (frequencies !== "pass")
    return Objective.expectationMatching({ ...term, attribute, targets, surrogate, ...(beta === null ? {} : { beta }) })
  const steps = Math.max(1, Math.floor(samples / (rowsPerStep ?? samples)))
  return Objective.make({
    ...term,
    evaluator: () => passMatching({ attribute, targets, surrogate, beta: beta ?? DEFAULT_BETA, steps })
  })
}

/** Adam with its decay as configured. */
export const multiLabelOptimiser = ({
  decay,
  l2,
  learningRate
}: Pick<MultiLabelConfig, "decay" | "l2" | "learningRate">): Optimiser => ({
  method:
    decay === "decoupled"
      ? { _tag: "AdamW", learningRate, weightDecay: l2 ?? 0 }
      : { _tag: "Adam", learningRate, weightDecay: l2 ?? 0 }
})
