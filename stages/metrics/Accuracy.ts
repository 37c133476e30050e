/** Accuracy, its majority baseline, and accuracy within groups. */
import type { Measure } from "ablate"

/** Share `count / n`; undefined with a reason where n is 0. */
export const share = (count: number, n: number, empty: string): Measure =>
  n === 0 ? { value: null, n, note: empty } : { value: count / n, n }

/** Share of rows (those for which `keep` holds) whose predicted label is the true one. */
export const accuracy = (
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  keep: (row: number) => boolean = () => true,
  empty = "no row"
): Measure => {
  let right = 0
  let n = 0
  for (let row = 0; row < labels.length; row++) {
    if (!keep(row)) continue
    n += 1
    if (labels[row] === predicted[row]) right += 1
  }
  return share(right, n, empty)
}

/** The most frequent label; of equally frequent ones the smallest. Null for no rows. */
export const majorityLabel = (labels: ArrayLike<number>): number | null => {
  const counts = new Map<number, number>()
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] ?? 0
    counts.set(label, (counts.get(label) ?? 0) + 1)
  }
  let best: number | null = null
  for (const [label, count] of counts) {
    const most = best === null ? 0 : (counts.get(best) ?? 0)
    if (best === null || count > most || (count === most && label < best)) best = label
  }
  return best
}

/** Test accuracy of always answering the training set's most frequent label. */
export const majorityBaseline = (train: ArrayLike<number>, test: ArrayLike<number>): Measure => {
  const label = majorityLabel(train)
  if (label === null) return { value: null, n: test.length, note: "no training row" }
  let right = 0
  for (let row = 0; row < test.length; row++) if (test[row] === label) right += 1
  return share(right, test.length, "no test row")
}
