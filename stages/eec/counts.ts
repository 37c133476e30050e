/** Table 2 of Sen & Ganguly: how many sentences of each emotion a group has. */
import type { Measure } from "ablate"
import { Schema } from "effect"
import type { EmotionLabel, Sentence } from "./Sentence.ts"

/** The row groups of Table 2, as the paper names them; `None` are the sentences without a race. */
export const Group = Schema.Literals(["Male", "Female", "African-American", "Caucasian", "None"])
export type Group = typeof Group.Type

/** The columns of Table 2, in its order. */
export const COUNT_NAMES = ["fear", "anger", "joy", "sadness", "neutral", "total"] as const
export type CountName = (typeof COUNT_NAMES)[number]

const belongs: { readonly [G in Group]: (row: Sentence) => boolean } = {
  Male: (row) => row.gender === "male",
  Female: (row) => row.gender === "female",
  "African-American": (row) => row.race === "African-American",
  Caucasian: (row) => row.race === "European",
  None: (row) => row.race === null
}

const columnOf = (row: Sentence): Exclude<EmotionLabel, "no_emotion"> | "neutral" => row.emotion ?? "neutral"

/** Sentences of a group by emotion, and in all. */
export const countGroup = (
  sentences: ReadonlyArray<Sentence>,
  group: Group
): { readonly [N in CountName]: Measure } => {
  const counts = { fear: 0, anger: 0, joy: 0, sadness: 0, neutral: 0, total: 0 }
  for (const row of sentences) {
    if (!belongs[group](row)) continue
    counts[columnOf(row)] += 1
    counts.total += 1
  }
  const measure = (name: CountName): Measure => ({ value: counts[name], n: counts.total })
  return {
    fear: measure("fear"),
    anger: measure("anger"),
    joy: measure("joy"),
    sadness: measure("sadness"),
    neutral: measure("neutral"),
    total: measure("total")
  }
}
