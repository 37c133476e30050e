/**
 * Counterfactual data augmentation (Lu, Mardziel, Wu, Amancharla & Datta, "Gender bias in neural natural language
 * processing", 2018; Zhao et al., NAACL 2018): beside every training sentence stands the one that differs in nothing but
 * the person's gender, or race. On a corpus of templates that other sentence is one of the corpus, so augmentation brings
 * back what was thinned out: the best case of the method.
 */
import { Effect, Schema } from "effect"
import { personOf } from "../eec/corpus.ts"
import { PERSONS, type Person } from "../eec/facts.ts"
import type { Sentence } from "../eec/Sentence.ts"
import type { SplitRows } from "../eec/split.ts"
import type { BiasPair } from "../train/TrainConfig.ts"

/** A swapped sentence that is tested: training on it would be training on the test part. */
export class SwapLeaks extends Schema.TaggedError<SwapLeaks>()("SwapLeaks", { sentence: Schema.String }) {
  override get message() {
    return `counterfactual augmentation: the swapped sentence "${this.sentence}" is in the test part; take a split that keeps counterparts together, "by-emotion-word" or "by-template"`
  }
}

/** The person of the same place in the list of the other gender (race); null where there is no race to swap. */
const swapped = (name: string, attribute: BiasPair["attribute"]): string | null => {
  const self = PERSONS.find((person) => person.name === name)
  if (self === undefined || (attribute === "race" && self.race === null)) return null
  const others = (person: Person) =>
    attribute === "gender"
      ? person.race === self.race && person.gender !== self.gender
      : person.gender === self.gender && person.race !== null && person.race !== self.race
  const place = PERSONS.filter((person) => person.gender === self.gender && person.race === self.race).indexOf(self)
  return PERSONS.filter(others)[place]?.name ?? null
}

const keyOf = ({ emotionWord, template }: Sentence, person: string) => `${template}/${emotionWord ?? ""}/${person}`

/**
 * The training rows and, behind them, the counterpart of each. A row without one stays alone. Fails with
 * {@link SwapLeaks} where a counterpart is a test row.
 */
export const augmented = Effect.fnUntraced(function* (
  corpus: ReadonlyArray<Sentence>,
  { test, train }: SplitRows["tensors"],
  attribute: BiasPair["attribute"]
): Effect.fn.Return<Int32Array, SwapLeaks> {
  const places = new Map(corpus.map((row, index) => [keyOf(row, personOf(row.person)), index]))
  const tested = new Set(test.data)
  const counterparts = [...train.data].flatMap((index) => {
    const row = corpus[index]
    const person = row === undefined ? null : swapped(personOf(row.person), attribute)
    const place = row === undefined || person === null ? undefined : places.get(keyOf(row, person))
    return place ?? []
  })
  const leak = counterparts.find((index) => tested.has(index))
  if (leak !== undefined) return yield* new SwapLeaks({ sentence: corpus[leak]?.sentence ?? "" })
  return Int32Array.from([...train.data, ...counterparts])
})
