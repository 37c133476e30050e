/** The biases of every label over the seeds: what the scatter draws, before any pixel. */
import { Statistics } from "ablate"
import { amplification } from "../metrics/Amplification.ts"

/** What a figure reads of one seed's `LabelBias`. Shares are in [0, 1]. */
export interface SeedBias {
  readonly labels: ReadonlyArray<{
    readonly label: string
    readonly train: number | null
    readonly predicted: number | null
  }>
  readonly source: string
  readonly standIn: boolean
}

/** The mean of some seeds' values, and their lowest and highest. */
export interface Spread {
  readonly mean: number
  readonly low: number
  readonly high: number
  /** Seeds in which there is a value. */
  readonly seeds: number
}

export interface BiasPoint {
  readonly label: string
  /** Share of man in the training rows with the label; null where no seed has one. */
  readonly train: Spread | null
  /** Share of man among the test rows for which the label is predicted; null where no seed has such a row. */
  readonly predicted: Spread | null
}

/** Null for no value. */
export const spread = (values: ReadonlyArray<number | null>): Spread | null => {
  const known = values.flatMap((value) => (value === null ? [] : value))
  const { mean } = Statistics.summarize(known)
  if (mean === null) return null
  return { mean, low: Math.min(...known), high: Math.max(...known), seeds: known.length }
}

/** What is wrong with the seeds of a figure; undefined where nothing is. */
export const seedsProblem = (seeds: ReadonlyArray<SeedBias>): string | undefined => {
  const [first, ...others] = seeds
  if (first === undefined) return 'it has no seed to draw; wire at least one node to the input "seeds"'
  const names = first.labels.map(({ label }) => label)
  if (names.length === 0) return "its first seed has no label"
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) return `its first seed has the label ${JSON.stringify(twice)} twice`
  for (const [index, { labels }] of others.entries()) {
    const other = labels.map(({ label }) => label)
    if (other.length !== names.length || names.some((name, at) => name !== other[at]))
      return `seed ${index + 2} of the input "seeds" has the labels ${other.join(", ")}; the first has ${names.join(", ")}`
  }
  for (const [index, { labels }] of seeds.entries())
    for (const { label, predicted, train } of labels)
      for (const [field, share] of [
        ["train", train],
        ["predicted", predicted]
      ] as const)
        if (share !== null && !(share >= 0 && share <= 1))
          return `seed ${index + 1}, label ${JSON.stringify(label)}, field "${field}": found ${share}, expected a share from 0 to 1 or null`
  return undefined
}

/** One point a label, in the order of the first seed. */
export const biasPoints = (seeds: ReadonlyArray<SeedBias>): ReadonlyArray<BiasPoint> =>
  (seeds[0]?.labels ?? []).map(({ label }, at) => ({
    label,
    train: spread(seeds.map(({ labels }) => labels[at]?.train ?? null)),
    predicted: spread(seeds.map(({ labels }) => labels[at]?.predicted ?? null))
  }))

/** Mean amplification of one seed in Zhao's form, as in the tables; null where no label has both biases. */
export const meanAmplification = ({ labels }: SeedBias): number | null =>
  amplification(
    "zhao",
    labels.map(({ label, predicted, train }) => ({ label, predicted, reference: train }))
  ).value
