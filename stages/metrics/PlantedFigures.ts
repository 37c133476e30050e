/**
 * Figures of a classifier that was trained with a planted bias and is tested without: every gap and every difference of
 * rates is 0, and every posterior the test rows' own share, for a classifier that learned nothing of the bias.
 */
import type { Measure } from "ablate"
import { EMOTION_LABELS, type Sentence } from "../eec/Sentence.ts"
import { accuracy, majorityBaseline } from "./Accuracy.ts"
import { type Evaluation, type Pair, scoreGap } from "./EmotionFigures.ts"
import { groupFairness } from "./GroupFairness.ts"
import { flipRate } from "./PersonSwap.ts"
import { posterior } from "./Posterior.ts"

/** The emotions that a bias may be planted in. */
export const PLANTED_EMOTIONS = ["fear", "anger"] as const
type PlantedEmotion = (typeof PLANTED_EMOTIONS)[number]

const PAIR_FIGURES = ["gap", "p", "base", "odds"] as const

/** The names of all figures. */
export const PLANTED_FIGURES = [
  "accuracy",
  "majority",
  "worst_group",
  "accuracy_favoured",
  "accuracy_disfavoured",
  "flip",
  ...PLANTED_EMOTIONS.flatMap((emotion) => PAIR_FIGURES.map((figure) => `${emotion}_${figure}` as const))
] as const
export type PlantedFigures = { readonly [F in (typeof PLANTED_FIGURES)[number]]: Measure }

/** Equalised-odds difference of "is it this emotion?" between the two sides (Hardt, Price & Srebro 2016; fairlearn's). */
const oddsDifference = ({ attribute, emotion, other, value }: Pair, { predicted, rows }: Evaluation): Measure => {
  const label = EMOTION_LABELS.indexOf(emotion)
  const having = rows.flatMap((row, index) => {
    const side = row[attribute]
    return side === value || side === other ? [{ side, truth: row.label, said: predicted[index] }] : []
  })
  const figure = groupFairness(
    having.map(({ truth }) => Number(truth === label)),
    having.map(({ said }) => Number(said === label)),
    having.map(({ side }) => side)
  ).equalizedOddsDifference
  return figure === null
    ? { value: null, n: having.length, note: `no test row is ${emotion}, or all are` }
    : { value: figure, n: having.length }
}

/** The lowest accuracy of a class and side (Sagawa et al. 2020). */
const worstGroup = ({ predicted, rows }: Evaluation, attribute: Pair["attribute"]): Measure => {
  const labels = rows.map((row) => row.label)
  const groups = new Set(rows.flatMap((row) => (row[attribute] === null ? [] : [`${row.label}/${row[attribute]}`])))
  const each = [...groups].map((group) =>
    accuracy(labels, predicted, (index) => `${rows[index]?.label}/${rows[index]?.[attribute]}` === group)
  )
  return each.reduce<Measure>((worst, next) => ((next.value ?? 2) < (worst.value ?? 2) ? next : worst), {
    value: null,
    note: `no test row has a ${attribute}`
  })
}

const pairFigures = (pair: Pair | undefined, emotion: PlantedEmotion, evaluation: Evaluation) => {
  const none: Measure = { value: null, note: `nothing was planted in ${emotion}` }
  const { predicted, rows } = evaluation
  const label = EMOTION_LABELS.indexOf(emotion)
  if (pair === undefined) return { gap: none, p: none, base: none, odds: none }
  const values = rows.map((row) => row[pair.attribute])
  const labels = rows.map((row) => row.label)
  return {
    gap: scoreGap(pair, evaluation),
    p: posterior(predicted, values, label, pair.value, `no row predicted ${emotion}`),
    base: posterior(labels, values, label, pair.value, `no test row is ${emotion}`),
    odds: oddsDifference(pair, evaluation)
  }
}

/** Of the planted pairs, which are about one attribute; `value` is the favoured side. */
export const plantedFigures = (
  evaluation: Evaluation,
  attribute: Pair["attribute"],
  pairs: ReadonlyArray<Pair>
): PlantedFigures => {
  const { predicted, rows, train } = evaluation
  const labels = rows.map((row) => row.label)
  const [first] = pairs
  const among = (keep: (row: Sentence) => boolean, empty: string): Measure =>
    accuracy(labels, predicted, (index) => rows.slice(index, index + 1).some(keep), empty)
  const planted = (keep: (row: Sentence, pair: Pair) => boolean, side: string) =>
    first === undefined
      ? { value: null, note: "nothing was planted" }
      : among(
          (row) => pairs.some((pair) => row.emotion === pair.emotion && keep(row, pair)),
          `no ${side} row of the planted emotions`
        )
  const of = (emotion: PlantedEmotion) =>
    pairFigures(
      pairs.find((pair) => pair.emotion === emotion),
      emotion,
      evaluation
    )
  const fear = of("fear")
  const anger = of("anger")
  return {
    accuracy: accuracy(labels, predicted),
    majority: majorityBaseline(train, labels),
    worst_group: worstGroup(evaluation, attribute),
    accuracy_favoured: planted((row, pair) => row[pair.attribute] === pair.value, "favoured"),
    accuracy_disfavoured: planted((row, pair) => row[pair.attribute] === pair.other, "disfavoured"),
    flip: flipRate(rows, predicted, attribute),
    fear_gap: fear.gap,
    fear_p: fear.p,
    fear_base: fear.base,
    fear_odds: fear.odds,
    anger_gap: anger.gap,
    anger_p: anger.p,
    anger_base: anger.base,
    anger_odds: anger.odds
  }
}
