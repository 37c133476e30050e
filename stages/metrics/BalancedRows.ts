/** As many rows of men as of women: what an attacker that guesses gender is trained and judged on. */
import type { Rng } from "ablate/numerics"

/**
 * Draws rows without replacement, as many of each gender as the rarer one has and at most `most`; `gender` holds 1 for a
 * man, 0 for a woman. Returns row indices, a man's and a woman's in turn; none where a gender has no row.
 */
export const balancedRows = (gender: ArrayLike<number>, most: number, rng: Rng): Int32Array => {
  const rowsOf = (value: number) =>
    Int32Array.from(Array.from({ length: gender.length }, (_, row) => row).filter((row) => gender[row] === value))
  const men = rng.shuffle(rowsOf(1))
  const women = rng.shuffle(rowsOf(0))
  const each = Math.min(men.length, women.length, most)
  const rows = new Int32Array(2 * each)
  for (let at = 0; at < each; at++) {
    rows[2 * at] = men[at] ?? 0
    rows[2 * at + 1] = women[at] ?? 0
  }
  return rows
}
