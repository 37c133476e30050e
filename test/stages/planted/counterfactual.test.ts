import { assert, describe, it } from "@effect/vitest"
import { i32 } from "ablate"
import { Effect } from "effect"
import { generateCorpus } from "../../../stages/eec/corpus.ts"
import { augmented } from "../../../stages/planted/counterfactual.ts"
import { planted } from "../../../stages/planted/plant.ts"

const corpus = generateCorpus()
const place = (sentence: string) => corpus.findIndex((row) => row.sentence === sentence)
const rows = (...indices: ReadonlyArray<number>) => i32([indices.length], Int32Array.from(indices))

const swapOf = Effect.fnUntraced(function* (sentence: string, attribute: "gender" | "race") {
  const train = yield* augmented(corpus, { train: rows(place(sentence)), test: rows() }, attribute)
  return [...train].slice(1).map((index) => corpus[index]?.sentence)
})

describe("counterfactual augmentation", () => {
  it.effect("swaps pronouns, noun phrases, names and himself", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* swapOf("He feels angry.", "gender"), ["She feels angry."])
      assert.deepStrictEqual(yield* swapOf("I made her feel sad.", "gender"), ["I made him feel sad."])
      assert.deepStrictEqual(yield* swapOf("My brother has two children.", "gender"), ["My sister has two children."])
      assert.deepStrictEqual(yield* swapOf("Alonzo found himself in a grim situation.", "gender"), [
        "Nichelle found herself in a grim situation."
      ])
      assert.deepStrictEqual(yield* swapOf("Alonzo found himself in a grim situation.", "race"), [
        "Adam found himself in a grim situation."
      ])
    })
  )

  it.effect("of race leaves persons without one alone", () =>
    Effect.map(swapOf("He feels angry.", "race"), (swaps) => assert.deepStrictEqual(swaps, []))
  )

  it.effect("swapped twice is the sentence itself, and a thinned part has as many of each side again", () =>
    Effect.gen(function* () {
      const all = Int32Array.from(corpus.keys())
      const whole = yield* augmented(corpus, { train: rows(...all), test: rows() }, "gender")
      const swap = whole.subarray(all.length)
      assert.isTrue(all.every((row) => swap[swap[row] ?? -1] === row))
      const pairs = [{ emotion: "fear", attribute: "gender", value: "female" }] as const
      const thin = yield* planted(corpus, all, { pairs, share: 0.1, seed: 0 })
      const train = yield* augmented(corpus, { train: rows(...thin), test: rows() }, "gender")
      const fear = (gender: string) =>
        train.filter((row) => corpus[row]?.emotion === "fear" && corpus[row]?.gender === gender).length
      assert.strictEqual(fear("male"), 1050 + 105)
      assert.strictEqual(fear("female"), 1050 + 105)
    })
  )

  it.effect("refuses to train on a test row", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        augmented(corpus, { train: rows(place("He feels angry.")), test: rows(place("She feels angry.")) }, "gender")
      )
      assert.include(error.message, `the swapped sentence "She feels angry." is in the test part`)
    })
  )
})
