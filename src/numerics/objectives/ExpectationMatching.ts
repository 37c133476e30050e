import { sigmoid } from "../Elementary.ts"
import type { Evaluator, ObjectiveBatch, OnHead } from "./Evaluator.ts"

/** A frequency to be matched: of label `unit` together with (or, conditional: given the label, of) the attribute. */
export interface ExpectedFrequency {
  readonly unit: number
  /** Observed frequency in [0, 1]. */
  readonly value: number
  /** 1 (default): the attribute is present; 0: absent. */
  readonly attributeValue?: 0 | 1
}

/**
 * Choi et al.'s auxiliary term Σ_k |E[1(h_k, g)] − f_k| on a sigmoid head, over a batch of synthetic rows (`batch`). The indicator
 * 1[p_k ≥ .5]·1[p_g ≥ .5] has no gradient, so a surrogate s_k trains (see methods: surrogates):
 * - `"product"` (default) p_k·p_g;
 * - `"straight-through"`: the indicator forward, the product's gradient backward;
 * - `"sharpened"`: σ(β·logit_k)·σ(β·logit_g), with `beta` (default 10);
 * - `"conditional"`: Σp_k·p_g / Σp_k against the conditional frequency.
 * `attribute` is the unit of g. The literal value, with indicators, is kept under `<name>/hard`; a label that is never predicted
 * has a conditional frequency of 0 there.
 */
export interface ExpectationMatching extends OnHead {
  readonly _tag: "ExpectationMatching"
  readonly batch: string
  readonly attribute: number
  readonly targets: ReadonlyArray<ExpectedFrequency>
  readonly surrogate?: "product" | "straight-through" | "sharpened" | "conditional"
  readonly beta?: number
}

export const expectationMatching = (objective: ExpectationMatching): Evaluator => {
  const surrogate = objective.surrogate ?? "product"
  const conditional = surrogate === "conditional"
  const sharp = surrogate === "sharpened"
  const beta = sharp ? (objective.beta ?? 10) : 1
  let hardLoss = Number.NaN
  const soft = (batch: ObjectiveBatch, i: number) =>
    sharp ? sigmoid(beta * (batch.logits[i] ?? 0)) : (batch.outputs[i] ?? 0)
  return {
    at: sharp ? "logit" : "output",
    over: "mean",
    observation: { name: "hard", read: () => hardLoss },
    evaluate: (batch, gradient) => {
      const { outputs, rows, width } = batch
      const g = objective.attribute
      gradient.fill(0, 0, rows * width)
      hardLoss = 0
      let loss = 0
      for (const { attributeValue = 1, unit, value } of objective.targets) {
        const sign = attributeValue === 1 ? 1 : -1
        let joint = 0
        let label = 0
        let hardJoint = 0
        let hardLabel = 0
        for (let first = 0; first < rows * width; first += width) {
          const p = soft(batch, first + unit)
          const q = soft(batch, first + g)
          joint += p * (sign === 1 ? q : 1 - q)
          label += p
          if ((outputs[first + unit] ?? 0) >= 0.5) {
            hardLabel++
            if ((outputs[first + g] ?? 0) >= 0.5 === (sign === 1)) hardJoint++
          }
        }
        const hard = conditional ? (hardLabel === 0 ? 0 : hardJoint / hardLabel) : hardJoint / rows
        const expected = conditional ? joint / label : joint / rows
        const gap = (surrogate === "straight-through" ? hard : expected) - value
        hardLoss += Math.abs(hard - value)
        loss += Math.abs(gap)
        const slope = Math.sign(gap) / (conditional ? label : rows)
        for (let first = 0; first < rows * width; first += width) {
          const p = soft(batch, first + unit)
          const q = soft(batch, first + g)
          const present = sign === 1 ? q : 1 - q
          const byLabel = slope * (conditional ? present - expected : present)
          const byAttribute = slope * sign * p
          gradient[first + unit] = (gradient[first + unit] ?? 0) + (sharp ? byLabel * beta * p * (1 - p) : byLabel)
          gradient[first + g] = (gradient[first + g] ?? 0) + (sharp ? byAttribute * beta * q * (1 - q) : byAttribute)
        }
      }
      return loss
    }
  }
}
