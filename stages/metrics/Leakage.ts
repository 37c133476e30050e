/**
 * Leakage (Wang et al., ICCV 2019): how well an attacker guesses gender from the labels of an image, from a model's
 * outputs for it, and from labels spoilt by chance until they are no better than the model.
 */
import { type Measure, Statistics } from "ablate"
import { Rng } from "ablate/numerics"
import { Effect, Schema } from "effect"
import { balancedRows } from "./BalancedRows.ts"
import { genders, type LabelBits, objectsOf } from "./LabelBits.ts"
import { flipDraws, flipped, matchingFlips } from "./LabelFlips.ts"
import { macroF1 } from "./MacroF1.ts"
import { type AttackRows, networkAttack } from "./NetworkAttacker.ts"
import { patternAttack } from "./PatternAttacker.ts"

/** `table` answers by the patterns of labels; it cannot read logits and attacks the model's decisions instead. */
export const Attacker = Schema.Literals(["mlp", "paper", "table"])
export type Attacker = typeof Attacker.Type

export const LeakageConfig = Schema.Struct({
  attacker: Attacker,
  /** Each draws its own balanced rows, attackers and flips. */
  rounds: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 })),
  seed: Schema.Int
})
export type LeakageConfig = typeof LeakageConfig.Type

export const LEAKAGE_DEFAULTS = { attacker: "mlp", rounds: 5 } as const

/** Rows of each gender that a round draws at most, in the training and the test part: the paper's. */
const MOST = { train: 3000, test: 1500 } as const

/** The names of all figures; `_sd` over the rounds (divided by their number). */
export const LEAKAGE_FIGURES = [
  // λ_D, λ_M, λ_D(a), and Δ = λ_M − λ_D(a).
  "leak_data",
  "leak_data_sd",
  "leak_model",
  "leak_model_sd",
  "leak_matched",
  "leak_matched_sd",
  "leak_amp",
  // What share of the bits was flipped for λ_D(a), and the macro F1 that this left.
  "leak_flips",
  "leak_flips_f1"
] as const
export type LeakageFigures = { readonly [F in (typeof LEAKAGE_FIGURES)[number]]: Measure }

/** One part of the split: what is true, and what the model says. Gender is the last column of all three. */
export interface LeakagePart {
  readonly truth: LabelBits
  readonly predicted: LabelBits
  /** [rows, width]; the gender's own column is not shown to the attacker. */
  readonly logits: Float32Array
}

/** An attacker that is always wrong knows as much as one that is always right: .5 + |accuracy − .5|. */
export const leakage = (accuracy: number): number => 0.5 + Math.abs(accuracy - 0.5)

/** Mean and standard deviation (ddof 0). */
export const roundFigures = (
  scores: ReadonlyArray<number>,
  n: number
): { readonly mean: Measure; readonly sd: Measure } => {
  const mean = Statistics.mean(scores) ?? 0
  const variance = Statistics.mean(scores.map((score) => (score - mean) * (score - mean))) ?? 0
  return { mean: { value: mean, n }, sd: { value: Math.sqrt(variance), n: scores.length } }
}

const gatheredBits = (labels: LabelBits, rows: Int32Array): LabelBits => {
  const data = new Uint8Array(rows.length * labels.width)
  for (const [at, row] of rows.entries())
    data.set(labels.data.subarray(row * labels.width, (row + 1) * labels.width), at * labels.width)
  return { rows: rows.length, width: labels.width, data }
}

/** Every column but gender's of some rows. */
const attackRows = (values: ArrayLike<number>, labels: LabelBits, rows: Int32Array): AttackRows => {
  const width = objectsOf(labels)
  const x = new Float32Array(rows.length * width)
  const man = new Uint8Array(rows.length)
  for (const [at, row] of rows.entries()) {
    for (let column = 0; column < width; column++) x[at * width + column] = values[row * labels.width + column] ?? 0
    man[at] = labels.data[row * labels.width + width] ?? 0
  }
  return { rows: rows.length, width, x, man }
}

interface Drawn {
  readonly train: Int32Array
  readonly test: Int32Array
}

/** One round's accuracies; `matched` null where no flips match the model. */
const round = Effect.fnUntraced(function* (
  train: LeakagePart,
  test: LeakagePart,
  drawn: Drawn,
  f1: number | null,
  { attacker, seed }: LeakageConfig,
  at: number
) {
  const own = Rng.stream(seed, `leakage/attacker/${at}`).bits32()
  const attackLabels = Effect.fnUntraced(function* (trained: LabelBits, tested: LabelBits) {
    if (attacker !== "table")
      return yield* networkAttack(
        attacker,
        attackRows(trained.data, train.truth, drawn.train),
        attackRows(tested.data, test.truth, drawn.test),
        own
      )
    const man = (part: LeakagePart, rows: Int32Array) => genders(gatheredBits(part.truth, rows))
    return (
      patternAttack(
        gatheredBits(trained, drawn.train),
        man(train, drawn.train),
        gatheredBits(tested, drawn.test),
        man(test, drawn.test)
      ) ?? 0.5
    )
  })
  const data = yield* attackLabels(train.truth, test.truth)
  const model =
    attacker === "table"
      ? yield* attackLabels(train.predicted, test.predicted)
      : yield* networkAttack(
          attacker,
          attackRows(train.logits, train.truth, drawn.train),
          attackRows(test.logits, test.truth, drawn.test),
          own
        )
  const rng = Rng.stream(seed, `leakage/flips/${at}`)
  const testDraws = flipDraws(test.truth, rng)
  const flips = f1 === null ? null : matchingFlips(test.truth, testDraws, f1)
  if (flips === null) return { data, model, matched: null, flips }
  const matched = yield* attackLabels(
    flipped(train.truth, flipDraws(train.truth, rng), flips.probability),
    flipped(test.truth, testDraws, flips.probability)
  )
  return { data, model, matched, flips }
})

/** All figures undefined, for one reason. */
export const noLeakage = (note: string): LeakageFigures => {
  const none: Measure = { value: null, note }
  return {
    leak_data: none,
    leak_data_sd: none,
    leak_model: none,
    leak_model_sd: none,
    leak_matched: none,
    leak_matched_sd: none,
    leak_amp: none,
    leak_flips: none,
    leak_flips_f1: none
  }
}

/**
 * Attackers are trained on gender-balanced rows of the training part and judged on such rows of the test part; `n` of a
 * leakage is the number of the latter. The three of one round see the same rows and start alike. Flips are drawn so that
 * the test part's labels have the model's macro F1 there; the training part's are flipped with the same probability.
 * Leakages are in [.5, 1]; everything is undefined where a part lacks a gender, λ_D(a) and Δ also where the model's
 * macro F1 is below that of coin flips. `onRound` hears of every round.
 */
export const leakageFigures = Effect.fnUntraced(function* (
  train: LeakagePart,
  test: LeakagePart,
  config: LeakageConfig,
  onRound: (rounds: number) => Effect.Effect<void> = () => Effect.void
) {
  const draw = (part: LeakagePart, which: "train" | "test", at: number) =>
    balancedRows(genders(part.truth), MOST[which], Rng.stream(config.seed, `leakage/${which}/${at}`))
  const f1 = macroF1(test.truth, test.predicted).value
  const rounds: Array<Effect.Success<ReturnType<typeof round>>> = []
  let n = 0
  for (let at = 0; at < config.rounds; at++) {
    const drawn = { train: draw(train, "train", at), test: draw(test, "test", at) }
    if (drawn.train.length === 0) return noLeakage("the training rows are not of both genders")
    if (drawn.test.length === 0) return noLeakage("the test rows are not of both genders")
    n = drawn.test.length
    rounds.push(yield* round(train, test, drawn, f1, config, at))
    yield* onRound(at + 1)
    yield* Effect.yieldNow
  }
  const data = roundFigures(
    rounds.map((each) => leakage(each.data)),
    n
  )
  const model = roundFigures(
    rounds.map((each) => leakage(each.model)),
    n
  )
  const matches = rounds.flatMap(({ flips, matched }) =>
    matched === null || flips === null ? [] : [{ flips, matched }]
  )
  const unmatched: Measure = {
    value: null,
    note: f1 === null ? "macro F1 is undefined" : `macro F1 ${f1.toFixed(4)} is below that of coin flips`
  }
  const isMatched = matches.length === rounds.length
  const matched = roundFigures(
    matches.map((each) => leakage(each.matched)),
    n
  )
  const mean = (values: ReadonlyArray<number>): Measure => (isMatched ? { value: Statistics.mean(values) } : unmatched)
  const figures: LeakageFigures = {
    leak_data: data.mean,
    leak_data_sd: data.sd,
    leak_model: model.mean,
    leak_model_sd: model.sd,
    leak_matched: isMatched ? matched.mean : unmatched,
    leak_matched_sd: isMatched ? matched.sd : unmatched,
    leak_amp: isMatched ? { value: (model.mean.value ?? 0) - (matched.mean.value ?? 0), n } : unmatched,
    leak_flips: mean(matches.map(({ flips }) => flips.probability)),
    leak_flips_f1: mean(matches.map(({ flips }) => flips.f1))
  }
  return figures
})
