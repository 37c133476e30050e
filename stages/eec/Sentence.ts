/**
 * One row of the Equity Evaluation Corpus (Kiritchenko & Mohammad, *SEM 2018), and the codes its labels and
 * attributes have as numbers.
 */
import { Schema } from "effect"

/** The four emotions, in the order of their class codes. */
export const Emotion = Schema.Literals(["anger", "sadness", "fear", "joy"])
export type Emotion = typeof Emotion.Type

/** The five classes, in the order of their codes 0..4. */
export const EMOTION_LABELS = ["anger", "sadness", "fear", "joy", "no_emotion"] as const
export type EmotionLabel = (typeof EMOTION_LABELS)[number]

export const Gender = Schema.Literals(["male", "female"])
export type Gender = typeof Gender.Type

export const Race = Schema.Literals(["African-American", "European"])
export type Race = typeof Race.Type

export const Sentence = Schema.Struct({
  /** Our own: `eec-0001` .. `eec-8640`, the sentence's place in the official order. The official ids are opaque. */
  id: Schema.String,
  sentence: Schema.String,
  /** 1..11, in the official file's order: 1-4 state words, 5-8 neutral, 9-11 situation words. */
  template: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 11 })),
  /** As the official Person column: `him` and `her` where the template has an object slot. */
  person: Schema.String,
  gender: Gender,
  /** Null for pronouns and noun phrases ("my brother"). */
  race: Schema.NullOr(Race),
  /** Null for the neutral templates. */
  emotion: Schema.NullOr(Emotion),
  emotionWord: Schema.NullOr(Schema.String),
  /** Index into {@link EMOTION_LABELS}; 4 for neutral. */
  label: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4 }))
})
export type Sentence = typeof Sentence.Type

/** Class code of an emotion; 4 (no_emotion) for null. */
export const labelOf = (emotion: Emotion | null): number => EMOTION_LABELS.indexOf(emotion ?? "no_emotion")

/** 0 male, 1 female. */
export const genderCode = (gender: Gender): number => (gender === "male" ? 0 : 1)

/** 0 African-American, 1 European, 2 none. */
export const raceCode = (race: Race | null): number => (race === "African-American" ? 0 : race === "European" ? 1 : 2)
