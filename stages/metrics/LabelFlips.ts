/** Labels spoilt by chance until they are as good as a model: what its leakage is fairly compared with (Wang et al., ICCV 2019). */
import type { Rng } from "ablate/numerics"
import { type LabelBits, objectsOf } from "./LabelBits.ts"
import { macroF1 } from "./MacroF1.ts"

/** Half of all bits flipped say nothing any more; beyond it they begin to say the opposite. */
const MOST = 0.5

/** One uniform number in [0, 1) for every bit of every object, row-major [rows, objects]. */
export const flipDraws = (labels: LabelBits, rng: Rng): Float64Array => {
  const draws = new Float64Array(labels.rows * objectsOf(labels))
  for (let at = 0; at < draws.length; at++) draws[at] = rng.uniform()
  return draws
}

/** Flips the objects' bits whose draw is below `probability`; gender stays. */
export const flipped = (labels: LabelBits, draws: Float64Array, probability: number): LabelBits => {
  const objects = objectsOf(labels)
  const data = labels.data.slice()
  for (let row = 0; row < labels.rows; row++)
    for (let object = 0; object < objects; object++)
      if ((draws[row * objects + object] ?? 1) < probability) {
        const bit = row * labels.width + object
        data[bit] = 1 - (data[bit] ?? 0)
      }
  return { ...labels, data }
}

export interface MatchedFlips {
  /** Probability of a flip, in [0, ½]. */
  readonly probability: number
  /** Macro F1 of the flipped labels against the true ones. */
  readonly f1: number
}

/**
 * The probability at which macro F1 of the flipped labels is nearest to `target`: flips of a smaller probability are
 * among those of a larger, so F1 only falls, and bisection finds it. Null where even coin flips agree better with the
 * truth than that, or where F1 is undefined.
 */
export const matchingFlips = (truth: LabelBits, draws: Float64Array, target: number): MatchedFlips | null => {
  const at = (probability: number): MatchedFlips | null => {
    const { value } = macroF1(truth, flipped(truth, draws, probability))
    return value === null ? null : { probability, f1: value }
  }
  let above = at(0)
  let below = at(MOST)
  if (above === null || below === null || below.f1 > target) return null
  // The draws of a split's rows are further apart than this.
  for (let step = 0; step < 30; step++) {
    const middle = at((above.probability + below.probability) / 2)
    if (middle === null) return null
    if (middle.f1 >= target) above = middle
    else below = middle
  }
  return above.f1 - target <= target - below.f1 ? above : below
}
