/** Statistics of lists of runs (Agarwal et al. 2021). */
import { mean } from "./Sum.ts"

/** The mean of the middle half: a quarter of the runs, rounded down, is left out at either end. Null for no run. */
export const interquartileMean = (runs: ReadonlyArray<number>): number | null => {
  const cut = Math.floor(runs.length / 4)
  return mean(runs.toSorted((left, right) => left - right).slice(cut, runs.length - cut))
}

/** Probability that a run of the left is above one of the right, ties counted half; null where either has none. */
export const improvement = (left: ReadonlyArray<number>, right: ReadonlyArray<number>): number | null => {
  if (left.length === 0 || right.length === 0) return null
  let wins = 0
  for (const own of left) for (const other of right) wins += own > other ? 1 : own === other ? 0.5 : 0
  return wins / (left.length * right.length)
}
