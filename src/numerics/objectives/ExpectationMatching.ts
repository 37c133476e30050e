import { sigmoid } from "../Elementary.ts"
import type { Scalar, Tensor2D } from "../TfjsTypes.ts"
import { columnOf } from "./Autodiff.ts"
import type { Evaluator, ObjectiveBatch, OnHead } from "./Evaluator.ts"
import { type HeadObjective, make } from "./HeadObjective.ts"

/** A frequency to be matched: of label `unit` together with (or, conditional: given the label, of) the attribute. */
export interface ExpectedFrequency {
  readonly unit: number
  /** Observed frequency in [0, 1]. */
  readonly value: number
  /** 1 (default): the attribute is present; 0: absent. */
  readonly attributeValue?: 0 | 1
}

/**
 * Σ_k |E[1(h_k, g)] − f_k| on a sigmoid head, over an extra batch of rows (`batch`): how often label and attribute are predicted
 * together. The indicator 1[p_k ≥ .5]·1[p_g ≥ .5] has no gradient, so a surrogate s_k trains:
 * - `"product"` (default) p_k·p_g;
 * - `"straight-through"`: the indicator forward, the product's gradient backward;
 * - `"sharpened"`: σ(β·logit_k)·σ(β·logit_g), with `beta` (default 10);
 * - `"conditional"`: Σp_k·p_g / Σp_k against the conditional frequency.
 * `attribute` is the unit of g. The literal value, with indicators, is kept under `<name>/hard`; a label that is never predicted
 * has a conditional frequency of 0 there.
 */
export interface ExpectationMatching extends OnHead {
  readonly batch: string
  readonly attribute: number
  readonly targets: ReadonlyArray<ExpectedFrequency>
  readonly surrogate?: "product" | "straight-through" | "sharpened" | "conditional"
  readonly beta?: number
}

/** See {@link ExpectationMatching}. */
export const expectationMatching = (options: ExpectationMatching): HeadObjective => {
  const { attribute, beta: _beta, surrogate: _surrogate, targets, ...on } = options
  return make({
    ...on,
    activation: "sigmoid",
    units: [attribute, ...targets.map(({ unit }) => unit)],
    evaluator: () => evaluatorOf(options),
    autodiff: (tf, { logits, outputs }) => {
      const surrogate = options.surrogate ?? "product"
      const conditional = surrogate === "conditional"
      const [rows] = outputs.shape
      const soft: Tensor2D = surrogate === "sharpened" ? tf.sigmoid(tf.mul(logits, options.beta ?? 10)) : outputs
      const hard: Tensor2D = tf.cast(tf.greaterEqual(outputs, 0.5), "float32")
      let loss: Scalar = tf.scalar(0)
      let observed = 0
      for (const { attributeValue = 1, unit, value } of targets) {
        const expected = (p: Tensor2D) => {
          const label: Tensor2D = columnOf(tf, p, unit)
          const g: Tensor2D = columnOf(tf, p, attribute)
          const joint: Scalar = tf.sum(tf.mul(label, attributeValue === 1 ? g : tf.sub(1, g)))
          return { joint, label: tf.sum(label) }
        }
        const h = expected(hard)
        const hardJoint = h.joint.dataSync()[0] ?? 0
        const hardLabel = h.label.dataSync()[0] ?? 0
        const literal = conditional ? (hardLabel === 0 ? 0 : hardJoint / hardLabel) : hardJoint / rows
        observed += Math.abs(literal - value)
        const s = expected(soft)
        const mean: Scalar = conditional ? tf.div(s.joint, s.label) : tf.div(s.joint, rows)
        // Straight-through: the literal value forward, the soft gradient backward.
        const shift = surrogate === "straight-through" ? literal - (mean.dataSync()[0] ?? 0) : 0
        loss = tf.add(loss, tf.abs(tf.sub(tf.add(mean, shift), value)))
      }
      return { loss, observed }
    }
  })
}

const evaluatorOf = (objective: ExpectationMatching): Evaluator => {
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
