/**
 * Directional bias amplification (Wang & Russakovsky, ICML 2021): whether predictions of objects from gender (A→T), or of
 * gender from objects (T→A), go beyond what is true of the same rows, in the direction of the training part's correlation.
 */
import type { Measure } from "ablate"
import { genders, type LabelBits, objectsOf } from "./LabelBits.ts"

export type Direction = "attribute-to-task" | "task-to-attribute"

/** Both genders are attributes: 1 man, 0 woman. */
const ATTRIBUTES = [1, 0] as const

/** Sign of P(a, t) − P(a)·P(t) in the training part, in whole numbers: a tie is exactly 0. */
const correlation = (train: LabelBits, task: number, attribute: number): number => {
  const gender = genders(train)
  let both = 0
  let tasks = 0
  let attributes = 0
  for (let row = 0; row < train.rows; row++) {
    const isTask = train.data[row * train.width + task] ?? 0
    const isAttribute = gender[row] === attribute ? 1 : 0
    tasks += isTask
    attributes += isAttribute
    both += isTask & isAttribute
  }
  return Math.sign(both * train.rows - tasks * attributes)
}

/**
 * Mean over genders a and objects t of y·Δ, where y is the sign of the training part's correlation and Δ is, on the test
 * part, P(t̂ | a) − P(t | a) for A→T and P(â | t) − P(a | t) for T→A, given the true gender or object. Pairs whose
 * condition holds in no test row are left out, as in the authors' code; `n` is the number of pairs that count.
 */
export const directionalAmplification = (
  direction: Direction,
  train: LabelBits,
  test: LabelBits,
  predicted: LabelBits
): Measure => {
  if (train.rows === 0) return { value: null, n: 0, note: "no training row" }
  const [is, said] = [genders(test), genders(predicted)]
  const { width } = test
  let total = 0
  let n = 0
  for (const attribute of ATTRIBUTES)
    for (let task = 0; task < objectsOf(test); task++) {
      let given = 0
      let excess = 0
      for (let row = 0; row < test.rows; row++) {
        const isTask = test.data[row * width + task] ?? 0
        const isAttribute = is[row] === attribute ? 1 : 0
        if (direction === "attribute-to-task") {
          given += isAttribute
          excess += isAttribute * ((predicted.data[row * width + task] ?? 0) - isTask)
        } else {
          given += isTask
          excess += isTask * ((said[row] === attribute ? 1 : 0) - isAttribute)
        }
      }
      if (given === 0) continue
      total += correlation(train, task, attribute) * (excess / given)
      n += 1
    }
  return n === 0 ? { value: null, n, note: "no test row" } : { value: total / n, n }
}
