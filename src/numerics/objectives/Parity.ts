import { type Evaluator, type OnHead, targetOf } from "./Evaluator.ts"

/**
 * Demographic parity as a penalty: (E[p_unit | A] − E[p_unit | B])², the means of one output over two groups of rows. `groupA` and
 * `groupB` name targets [rows] of weights ≥ 0, usually 0 or 1. 0, without a gradient, where a batch has no row of a group.
 */
export interface Parity extends OnHead {
  readonly _tag: "Parity"
  readonly unit: number
  readonly groupA: string
  readonly groupB: string
}

export const parity = (objective: Parity): Evaluator => ({
  at: "output",
  over: "mean",
  evaluate: (batch, gradient) => {
    const { outputs, rows, width } = batch
    const a = targetOf(batch, objective.groupA)
    const b = targetOf(batch, objective.groupB)
    gradient.fill(0, 0, rows * width)
    let massA = 0
    let massB = 0
    let sumA = 0
    let sumB = 0
    for (let r = 0; r < rows; r++) {
      const p = outputs[r * width + objective.unit] ?? 0
      massA += a[r] ?? 0
      massB += b[r] ?? 0
      sumA += (a[r] ?? 0) * p
      sumB += (b[r] ?? 0) * p
    }
    if (massA === 0 || massB === 0) return 0
    const gap = sumA / massA - sumB / massB
    for (let r = 0; r < rows; r++) {
      gradient[r * width + objective.unit] = 2 * gap * ((a[r] ?? 0) / massA - (b[r] ?? 0) / massB)
    }
    return gap * gap
  }
})
