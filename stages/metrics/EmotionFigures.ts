/** Every figure of one emotion classifier on the test rows of the Equity Evaluation Corpus. */
import type { Measure } from "ablate"
import { EMOTION_LABELS, type EmotionLabel, type Sentence } from "../eec/Sentence.ts"
import { accuracy, majorityBaseline } from "./Accuracy.ts"
import { flipRate, scoreDifferences } from "./PersonSwap.ts"
import { combinedAsPrinted, fairness, harmonicMean, normalizedFairness, posterior } from "./Posterior.ts"

/** An emotion, and a value of an attribute with the one it is weighed against. */
export interface Pair {
  readonly emotion: EmotionLabel
  readonly attribute: "gender" | "race"
  readonly value: string
  readonly other: string
}

/** The pairs of Table 3: P(female | fear), P(African-American | fear), P(male | anger). */
const FEAR_GENDER: Pair = { emotion: "fear", attribute: "gender", value: "female", other: "male" }
const FEAR_RACE: Pair = { emotion: "fear", attribute: "race", value: "African-American", other: "European" }
const ANGER_GENDER: Pair = { emotion: "anger", attribute: "gender", value: "male", other: "female" }

const PAIR_FIGURES = ["p", "p_include", "base", "F", "F4", "H", "harmonic", "gap"] as const
type PairFigure = (typeof PAIR_FIGURES)[number]

const prefixed = <const P extends string>(prefix: P) => PAIR_FIGURES.map((figure) => `${prefix}_${figure}` as const)

/** The names of all figures. */
export const EMOTION_FIGURES = [
  "accuracy",
  "majority",
  "accuracy_male",
  "accuracy_female",
  "accuracy_aa",
  "accuracy_eu",
  "accuracy_none",
  "flip_gender",
  "flip_race",
  ...prefixed("fear_gender"),
  ...prefixed("fear_race"),
  ...prefixed("anger_gender")
] as const
export type EmotionFigures = { readonly [F in (typeof EMOTION_FIGURES)[number]]: Measure }

export interface Evaluation {
  /** The test rows. */
  readonly rows: ReadonlyArray<Sentence>
  /** True class codes of the training rows, for the majority baseline. */
  readonly train: ArrayLike<number>
  /** Predicted class code of every test row. */
  readonly predicted: ArrayLike<number>
  /** Scores of the five classes, row-major [test rows, 5]; null where the model gives none. */
  readonly scores: ArrayLike<number> | null
}

/** Undefined for the same reason as another figure. */
const undefinedLike = (source: Measure): Measure => ({
  value: null,
  ...(source.note === undefined ? {} : { note: source.note })
})

const combined = (
  a: Measure,
  f: Measure,
  combine: (accuracy: number, fairnessValue: number) => number | null
): Measure => {
  if (f.value === null || a.value === null) return undefinedLike(f.value === null ? f : a)
  const value = combine(a.value, f.value)
  return value === null ? { value, note: "accuracy and F are both 0" } : { value }
}

/** Mean score of the pair's emotion for `value` minus that for `other`, over the corpus' own sentence pairs. */
export const scoreGap = (
  { attribute, emotion, other, value }: Pair,
  { rows, scores }: Pick<Evaluation, "rows" | "scores">
): Measure => {
  if (scores === null) return { value: null, note: "the model gives no scores" }
  const label = EMOTION_LABELS.indexOf(emotion)
  const differences = scoreDifferences(rows, (row) => scores[row * EMOTION_LABELS.length + label] ?? 0, attribute)
  const n = differences.length
  if (n === 0) return { value: null, n, note: `no pair of ${value} and ${other} test rows` }
  // scoreDifferences gives female − male and African-American − European.
  const sign = value === "male" || value === "European" ? -1 : 1
  return { value: (sign * differences.reduce((total, each) => total + each, 0)) / n, n }
}

const pairFigures = <const P extends string>(prefix: P, pair: Pair, evaluation: Evaluation, overall: Measure) => {
  const { attribute, emotion, value } = pair
  const { predicted, rows } = evaluation
  const label = EMOTION_LABELS.indexOf(emotion)
  const values = rows.map((row) => row[attribute])
  const labels = rows.map((row) => row.label)
  const none = `no row predicted ${emotion}`
  const p = posterior(predicted, values, label, value, attribute === "race" ? `${none} has a race` : none)
  const ofShares = (figure: (shares: ReadonlyArray<number>) => number): Measure =>
    p.value === null ? undefinedLike(p) : { value: figure([p.value, 1 - p.value]) }
  const F = ofShares(fairness)
  const figures: { readonly [F in PairFigure]: Measure } = {
    p,
    p_include: posterior(predicted, values, label, value, none, "include"),
    base: posterior(labels, values, label, value, `no test row is ${emotion}`),
    F,
    F4: ofShares(normalizedFairness),
    H: combined(overall, F, combinedAsPrinted),
    harmonic: combined(overall, F, harmonicMean),
    gap: scoreGap(pair, evaluation)
  }
  // Object.fromEntries forgets the names of its keys.
  return Object.fromEntries(PAIR_FIGURES.map((name) => [`${prefix}_${name}`, figures[name]])) as {
    readonly [F in PairFigure as `${P}_${F}`]: Measure
  }
}

/**
 * Computes all figures. Shares are in [0, 1] with their denominator as `n`; a figure whose denominator is 0 is null with
 * the reason.
 */
export const emotionFigures = (evaluation: Evaluation): EmotionFigures => {
  const { predicted, rows, train } = evaluation
  const labels = rows.map((row) => row.label)
  const overall = accuracy(labels, predicted)
  const within = (name: string, keep: (row: Sentence) => boolean): Measure =>
    accuracy(
      labels,
      predicted,
      (index) => {
        const row = rows[index]
        return row !== undefined && keep(row)
      },
      `no test row is ${name}`
    )
  return {
    accuracy: overall,
    majority: majorityBaseline(train, labels),
    accuracy_male: within("male", (row) => row.gender === "male"),
    accuracy_female: within("female", (row) => row.gender === "female"),
    accuracy_aa: within("African-American", (row) => row.race === "African-American"),
    accuracy_eu: within("European", (row) => row.race === "European"),
    accuracy_none: within("without a race", (row) => row.race === null),
    flip_gender: flipRate(rows, predicted, "gender"),
    flip_race: flipRate(rows, predicted, "race"),
    ...pairFigures("fear_gender", FEAR_GENDER, evaluation, overall),
    ...pairFigures("fear_race", FEAR_RACE, evaluation, overall),
    ...pairFigures("anger_gender", ANGER_GENDER, evaluation, overall)
  }
}
