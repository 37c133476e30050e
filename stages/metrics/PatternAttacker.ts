/** The best attacker on a handful of labels: a table of their patterns with the gender that each is seen with more often. */
import { type LabelBits, objectsOf } from "./LabelBits.ts"

/** The objects of a row as one number: bit i is object i. For at most 31 objects. */
const patterns = (labels: LabelBits): Int32Array => {
  const objects = objectsOf(labels)
  const out = new Int32Array(labels.rows)
  for (let row = 0; row < labels.rows; row++)
    for (let object = 0; object < objects; object++)
      out[row] = (out[row] ?? 0) | ((labels.data[row * labels.width + object] ?? 0) << object)
  return out
}

const counted = (labels: LabelBits, man: ArrayLike<number>) => {
  const counts = new Map<number, { men: number; women: number }>()
  for (const [row, pattern] of patterns(labels).entries()) {
    const count = counts.get(pattern) ?? { men: 0, women: 0 }
    counts.set(pattern, count)
    if (man[row] === 1) count.men += 1
    else count.women += 1
  }
  return counts
}

/**
 * Accuracy on test rows of answering, for a pattern of objects, the gender that the training rows have with it more
 * often. A tie and a pattern that was never seen count half: a coin decides. `trainMan` and `testMan` hold 1 for a man.
 * Null without test rows.
 */
export const patternAttack = (
  train: LabelBits,
  trainMan: ArrayLike<number>,
  test: LabelBits,
  testMan: ArrayLike<number>
): number | null => {
  const counts = counted(train, trainMan)
  let right = 0
  for (const [row, pattern] of patterns(test).entries()) {
    const { men, women } = counts.get(pattern) ?? { men: 0, women: 0 }
    right += men === women ? 0.5 : men > women === (testMan[row] === 1) ? 1 : 0
  }
  return test.rows === 0 ? null : right / test.rows
}

/**
 * What no attacker on the labels can exceed if these rows are all there are: ½ Σ max(P(pattern | man), P(pattern |
 * woman)), genders weighed alike. Null where a gender has no row.
 */
export const bayesLeakage = (labels: LabelBits, man: ArrayLike<number>): number | null => {
  const counts = [...counted(labels, man).values()]
  const men = counts.reduce((total, count) => total + count.men, 0)
  const women = labels.rows - men
  if (men === 0 || women === 0) return null
  // In whole numbers, so that only the last division rounds.
  const most = counts.reduce((total, count) => total + Math.max(count.men * women, count.women * men), 0)
  return most / (2 * men * women)
}
