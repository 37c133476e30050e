/** Square losses that do not weigh all rows alike: by given weights, or by the group that fares worst. */
import { exp, Objective, type OnHead } from "ablate/numerics"

/** Squares of a row's errors, halved; the slope of its outputs is written at `factor`. */
type HalfSquare = (row: number, factor: number) => number

const halfSquares = (
  { outputs, width }: { readonly outputs: ArrayLike<number>; readonly width: number },
  target: ArrayLike<number>,
  gradient: { [at: number]: number }
): HalfSquare => {
  return (row, factor) => {
    let sum = 0
    for (let at = row * width; at < (row + 1) * width; at++) {
      const error = (outputs[at] ?? 0) - (target[at] ?? 0)
      sum += error * error
      gradient[at] = factor * error
    }
    return 0.5 * sum
  }
}

const NONE = new Float32Array(0)

/** Σ w·½(o − t)²: `weights` names the rows' weights, `target` what the head should say (default: named like the head). */
export const weightedSquares = (
  on: OnHead & { readonly target?: string; readonly weights: string }
): Objective.HeadObjective => {
  const { target = on.head, weights } = on
  return Objective.make({
    ...on,
    reads: [
      { name: target, per: "unit" },
      { name: weights, per: "row" }
    ],
    evaluator: () => ({
      at: "output",
      over: "sum",
      evaluate: (batch, gradient) => {
        const square = halfSquares(batch, batch.targets[target] ?? NONE, gradient)
        const weight = batch.targets[weights] ?? NONE
        let sum = 0
        for (let row = 0; row < batch.rows; row++) sum += (weight[row] ?? 0) * square(row, weight[row] ?? 0)
        return sum
      }
    })
  })
}

/**
 * Group distributionally robust optimisation (Sagawa, Koh, Hashimoto & Liang, ICLR 2020, algorithm 1, over batches of all
 * groups as in their released code): Σ q_g·L_g of the groups' mean losses, where q starts uniform and each step multiplies
 * q_g by exp(step·L_g). A group that a batch lacks keeps its weight, and has no loss there. `group` names the rows' group
 * codes, 0 … groups − 1.
 */
export const groupRobustSquares = (
  on: OnHead & { readonly target?: string; readonly group: string; readonly groups: number; readonly step: number }
): Objective.HeadObjective => {
  const { group, groups, step, target = on.head } = on
  return Objective.make({
    ...on,
    reads: [
      { name: target, per: "unit" },
      { name: group, per: "row" }
    ],
    evaluator: () => {
      const q = new Float64Array(groups).fill(1 / groups)
      const rows = new Float64Array(groups)
      const losses = new Float64Array(groups)
      return {
        at: "output",
        over: "mean",
        evaluate: (batch, gradient) => {
          const square = halfSquares(batch, batch.targets[target] ?? NONE, gradient)
          const codes = batch.targets[group] ?? NONE
          rows.fill(0)
          losses.fill(0)
          for (let row = 0; row < batch.rows; row++) {
            const code = codes[row] ?? 0
            rows[code] = (rows[code] ?? 0) + 1
            losses[code] = (losses[code] ?? 0) + square(row, 1)
          }
          let mass = 0
          for (let code = 0; code < groups; code++) {
            losses[code] = (losses[code] ?? 0) / Math.max(1, rows[code] ?? 0)
            q[code] = (q[code] ?? 0) * exp(step * (losses[code] ?? 0))
            mass += q[code] ?? 0
          }
          let loss = 0
          for (let code = 0; code < groups; code++) {
            q[code] = (q[code] ?? 0) / mass
            loss += (q[code] ?? 0) * (losses[code] ?? 0)
          }
          for (let row = 0; row < batch.rows; row++) {
            const code = codes[row] ?? 0
            square(row, (q[code] ?? 0) / Math.max(1, rows[code] ?? 0))
          }
          return loss
        },
        observation: { name: "largest weight", read: () => q.reduce((most, each) => Math.max(most, each), 0) }
      }
    }
  })
}
