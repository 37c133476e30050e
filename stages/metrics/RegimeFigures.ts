/** Amplification with a threshold and without one, and beside each what the best possible classifier of the same images has. */
import { type Measure, Statistics } from "ablate"
import { Schema } from "effect"
import { COCO_LABELS, CocoLabel } from "../coco/CocoSet.ts"
import { type AmplificationForm, amplification, type BiasPair, undefinedLabels } from "./Amplification.ts"

/** A label's counts: what is true, what is predicted at the threshold, and what is expected by the probabilities. */
export const RegimeLabel = Schema.Struct({
  label: CocoLabel,
  /** Share of men among the rows that have the label; null where there are none. */
  reference: Schema.NullOr(Schema.Finite),
  /** Rows predicted to have the label, and the share of those predicted to be men. */
  positives: Schema.Int,
  predicted: Schema.NullOr(Schema.Finite),
  /** Σ p(label)·p(man) / Σ p(label). */
  expected: Schema.NullOr(Schema.Finite)
})
export type RegimeLabel = typeof RegimeLabel.Type

/** Sums of one label over rows. */
class Sums {
  true = 0
  trueMen = 0
  positives = 0
  men = 0
  mass = 0
  menMass = 0
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

/** Counts the labels of rows that are given one by one: true bits and probabilities of the twelve outputs. */
export class RegimeCounts {
  readonly #sums = COCO_LABELS.map(() => new Sums())
  #rows = 0
  #men = 0

  add(bits: ArrayLike<number>, probabilities: ArrayLike<number>): void {
    const man = probabilities[COCO_LABELS.length] ?? 0
    const isMan = bits[COCO_LABELS.length] ?? 0
    this.#rows += 1
    this.#men += isMan
    for (const [k, sums] of this.#sums.entries()) {
      const p = probabilities[k] ?? 0
      sums.mass += p
      sums.menMass += p * man
      if (bits[k] === 1) {
        sums.true += 1
        sums.trueMen += isMan
      }
      if (p < 0.5) continue
      sums.positives += 1
      if (man >= 0.5) sums.men += 1
    }
  }

  /** Share of men among all rows. */
  get manShare(): number | null {
    return share(this.#men, this.#rows)
  }

  labels(): ReadonlyArray<RegimeLabel> {
    return COCO_LABELS.map((label, k) => {
      const { mass, men, menMass, positives, true: rows, trueMen } = this.#sums[k] ?? new Sums()
      return {
        label,
        reference: share(trueMen, rows),
        positives,
        predicted: share(men, positives),
        expected: share(menMass, mass)
      }
    })
  }
}

/** `zhao`, `absolute`: see {@link amplification}. `leaning`: positive where a label moves further to the side to which it leans from the share of men among all images, not from one half. */
export type RegimeForm = Exclude<AmplificationForm, "signed"> | "leaning"

export const REGIME_FORMS = ["zhao", "leaning", "absolute"] as const satisfies ReadonlyArray<RegimeForm>

const pairsOf = (labels: ReadonlyArray<RegimeLabel>, by: "predicted" | "expected"): ReadonlyArray<BiasPair> =>
  labels.map((label) => ({ label: label.label, reference: label.reference, predicted: label[by] }))

/** Mean amplification of the labels that have a bias in both. */
export const regimeAmplification = (form: RegimeForm, pairs: ReadonlyArray<BiasPair>, manShare: number): Measure => {
  if (form !== "leaning") return amplification(form, pairs)
  const moves = pairs.flatMap(({ predicted, reference }) =>
    predicted === null || reference === null ? [] : [Math.sign(reference - manShare) * (predicted - reference)]
  )
  const value = Statistics.mean(moves)
  return value === null ? { value, n: 0, note: "no label has a bias in both" } : { value, n: moves.length }
}

const named = <const P extends string>(prefix: P) => REGIME_FORMS.map((form) => `${prefix}_${form}` as const)

/** Names of {@link regimeFigures}: `at_` at the threshold, `expected_` without it; `bayes_` the same of the best possible classifier. */
export const REGIME_FIGURES = [
  ...named("at"),
  ...named("expected"),
  ...named("bayes_at"),
  ...named("bayes_expected"),
  "labels_undefined",
  "acc_test",
  "gender_acc"
] as const
export type RegimeFigures = { readonly [F in (typeof REGIME_FIGURES)[number]]: Measure }

/** What is known of a regime: counts of the best possible classifier over very many images, and their share of men. */
export const RegimeOracle = Schema.Struct({
  draws: Schema.Int,
  manShare: Schema.Finite,
  labels: Schema.Array(RegimeLabel)
})
export type RegimeOracle = typeof RegimeOracle.Type

export interface RegimeEvaluation {
  /** Of the test rows; `reference` is the training part's. */
  readonly labels: ReadonlyArray<RegimeLabel>
  /** In the training part. */
  readonly manShare: number
  readonly oracle: RegimeOracle
  /** Share of right bits, of all and of gender's. */
  readonly accuracy: Measure
  readonly genderAccuracy: Measure
}

export const regimeFigures = (given: RegimeEvaluation): RegimeFigures => {
  const { accuracy, genderAccuracy, labels, manShare, oracle } = given
  const of = (prefix: string, rows: ReadonlyArray<RegimeLabel>, by: "predicted" | "expected", men: number) =>
    REGIME_FORMS.map((form) => [`${prefix}_${form}`, regimeAmplification(form, pairsOf(rows, by), men)] as const)
  const figures = Object.fromEntries([
    ...of("at", labels, "predicted", manShare),
    ...of("expected", labels, "expected", manShare),
    ...of("bayes_at", oracle.labels, "predicted", oracle.manShare),
    ...of("bayes_expected", oracle.labels, "expected", oracle.manShare)
  ])
  return {
    // Object.fromEntries forgets the names of its keys.
    ...(figures as Omit<RegimeFigures, "labels_undefined" | "acc_test" | "gender_acc">),
    labels_undefined: undefinedLabels(pairsOf(labels, "predicted")),
    acc_test: accuracy,
    gender_acc: genderAccuracy
  }
}
