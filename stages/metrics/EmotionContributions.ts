/**
 * What the groups of the test rows add to the figures of an emotion classifier. A group is an emotion word, or a neutral
 * template: a classifier answers the sentences of one alike, whoever they are about, so they are no independent rows; and
 * it is what the split by emotion words holds out.
 */
import type { Contributions } from "ablate"
import { contributionsOf, rightRows } from "./Contributions.ts"
import { type Evaluation, emotionFigures } from "./EmotionFigures.ts"

const SHARES = [
  "accuracy",
  "majority",
  "accuracy_male",
  "accuracy_female",
  "accuracy_aa",
  "accuracy_eu",
  "accuracy_none",
  "flip_gender",
  "flip_race",
  "fear_gender_p",
  "fear_gender_p_include",
  "fear_gender_base",
  "fear_race_p",
  "fear_race_p_include",
  "fear_race_base",
  "anger_gender_p",
  "anger_gender_p_include",
  "anger_gender_base"
] as const

/** F = p(1 − p). */
const PRODUCTS = {
  fear_gender_F: "fear_gender_p",
  fear_race_F: "fear_race_p",
  anger_gender_F: "anger_gender_p"
} as const

export const emotionContributions = ({ predicted, rows, train }: Omit<Evaluation, "scores">): Contributions => {
  const indices = Map.groupBy(rows.keys(), (row) => rows[row]?.emotionWord ?? `template ${rows[row]?.template}`)
  const groups = new Map(
    [...indices].map(([name, members]) => [
      name,
      emotionFigures({
        rows: members.flatMap((row) => rows[row] ?? []),
        train,
        predicted: members.map((row) => predicted[row] ?? -1),
        scores: null
      })
    ])
  )
  return {
    by: "emotion word",
    ...contributionsOf(groups, SHARES, PRODUCTS),
    rows: rightRows(
      "accuracy",
      rows.map(({ id }) => id),
      (row) => rows[row]?.label === predicted[row]
    )
  }
}
