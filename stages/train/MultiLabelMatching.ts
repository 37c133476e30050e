/**
 * The auxiliary term of Choi, Zhang & Liu with few synthetic rows a step: the frequencies are those of the last pass over the
 * rows, the gradient is that of the step's rows.
 */
import { type Evaluator, type Objective, type ObjectiveBatch, sigmoid, type Values } from "ablate/numerics"
import type { Surrogate } from "./MultiLabelConfig.ts"

export interface MatchingOptions {
  readonly attribute: number
  readonly targets: ReadonlyArray<Objective.ExpectedFrequency>
  readonly surrogate: Surrogate
  readonly beta: number
  /** Steps whose rows make the frequencies, the present one among them: a pass has ⌊samples / rows a step⌋. 1: only it. */
  readonly steps: number
}

/** Sums over rows of a target: the surrogate's joint and label, and both with indicators. */
const SUMS = 4

/**
 * Σ_k |E[s_k] − f_k| as `ExpectationMatching` has it, but that E is over the rows of the last `steps` steps, each as the
 * network of its step saw them. A frequency of 128 rows is off by about .02 whatever the network does, so the sign of the gap,
 * which is the whole gradient, would be chance; over a pass of 1,760 it is not. The term's gradient takes the other steps' rows as
 * given. Keeps the steps' sums: an evaluator is for one training, and evaluated once a step.
 */
export const passMatching = ({ attribute, beta, steps, surrogate, targets }: MatchingOptions): Evaluator => {
  const conditional = surrogate === "conditional"
  const sharp = surrogate === "sharpened"
  const ring = Array.from({ length: steps }, () => new Float64Array(targets.length * SUMS))
  const rowsOf = new Int32Array(steps)
  const total = new Float64Array(SUMS)
  let next = 0
  let hardLoss = Number.NaN
  const soft = (batch: ObjectiveBatch, at: number) =>
    sharp ? sigmoid(beta * (batch.logits[at] ?? 0)) : (batch.outputs[at] ?? 0)

  /** Writes the sums of a step's rows. */
  const record = (batch: ObjectiveBatch, sums: Float64Array) => {
    const { outputs, rows, width } = batch
    sums.fill(0)
    for (const [t, { attributeValue = 1, unit }] of targets.entries()) {
      const isPresent = attributeValue === 1
      let [joint, label, hardJoint, hardLabel] = [0, 0, 0, 0]
      for (let first = 0; first < rows * width; first += width) {
        const p = soft(batch, first + unit)
        const q = soft(batch, first + attribute)
        joint += p * (isPresent ? q : 1 - q)
        label += p
        if ((outputs[first + unit] ?? 0) < 0.5) continue
        hardLabel += 1
        if ((outputs[first + attribute] ?? 0) >= 0.5 === isPresent) hardJoint += 1
      }
      sums.set([joint, label, hardJoint, hardLabel], t * SUMS)
    }
  }

  /** Adds |E − f| up at the gradient's sign. */
  const descend = (
    batch: ObjectiveBatch,
    gradient: Values,
    target: Objective.ExpectedFrequency,
    gap: number,
    expected: number
  ) => {
    const { rows, width } = batch
    const { attributeValue = 1, unit } = target
    const sign = attributeValue === 1 ? 1 : -1
    let label = 0
    if (conditional) for (let r = 0; r < rows; r++) label += soft(batch, r * width + unit)
    const slope = Math.sign(gap) / (conditional ? label : rows)
    for (let first = 0; first < rows * width; first += width) {
      const p = soft(batch, first + unit)
      const q = soft(batch, first + attribute)
      const present = sign === 1 ? q : 1 - q
      const byLabel = slope * (conditional ? present - expected : present)
      const byAttribute = slope * sign * p
      gradient[first + unit] = (gradient[first + unit] ?? 0) + (sharp ? byLabel * beta * p * (1 - p) : byLabel)
      gradient[first + attribute] =
        (gradient[first + attribute] ?? 0) + (sharp ? byAttribute * beta * q * (1 - q) : byAttribute)
    }
  }

  return {
    at: sharp ? "logit" : "output",
    over: "mean",
    observation: { name: "hard", read: () => hardLoss },
    evaluate: (batch, gradient) => {
      gradient.fill(0, 0, batch.rows * batch.width)
      const present = ring[next]
      if (present === undefined) return 0
      record(batch, present)
      rowsOf[next] = batch.rows
      next = (next + 1) % steps
      let rows = 0
      for (let s = 0; s < steps; s++) rows += rowsOf[s] ?? 0
      let loss = 0
      hardLoss = 0
      for (const [t, target] of targets.entries()) {
        total.fill(0)
        for (let s = 0; s < steps; s++)
          for (let i = 0; i < SUMS; i++) total[i] = (total[i] ?? 0) + (ring[s]?.[t * SUMS + i] ?? 0)
        const [joint = 0, label = 0, hardJoint = 0, hardLabel = 0] = total
        const hard = conditional ? (hardLabel === 0 ? 0 : hardJoint / hardLabel) : hardJoint / rows
        const expected = conditional ? joint / label : joint / rows
        const gap = (surrogate === "straight-through" ? hard : expected) - target.value
        hardLoss += Math.abs(hard - target.value)
        loss += Math.abs(gap)
        descend(batch, gradient, target, gap, expected)
      }
      return loss
    }
  }
}
