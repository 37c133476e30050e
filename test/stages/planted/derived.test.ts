import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { generateCorpus } from "../../../stages/eec/corpus.ts"
import { EMOTION_LABELS } from "../../../stages/eec/Sentence.ts"
import { deriveDecisions } from "../../../stages/planted/derived.ts"

const fear = EMOTION_LABELS.indexOf("fear")
const joy = EMOTION_LABELS.indexOf("joy")
const pairs = [{ emotion: "fear", attribute: "gender", value: "female" }] as const
const rows = generateCorpus()
/** Right, but for men in fear: of four of them, one is seen. Joy comes next after fear, and the other way round. */
const predicted = rows.map((row, at) =>
  row.emotion === "fear" && row.gender === "male" && at % 4 !== 0 ? joy : row.label
)
const scores = predicted.flatMap((label) =>
  EMOTION_LABELS.map((_, at) => (at === label ? 1 : at === fear || at === joy ? 0.5 : 0))
)

describe("decisions with equalised odds", () => {
  it.effect("see fear as often in one side as in the other, and turn the rest to the next best class", () =>
    Effect.gen(function* () {
      const derived = yield* deriveDecisions({ rows, predicted }, { rows, predicted, scores }, pairs, 0)
      const rate = (gender: string, inFear: boolean) => {
        const of = [...rows.keys()].filter(
          (at) => rows[at]?.gender === gender && (rows[at]?.emotion === "fear") === inFear
        )
        return of.filter((at) => derived.predicted[at] === fear).length / of.length
      }
      // Within five standard deviations of what chance does to 1,050 and 3,270 rows.
      assert.closeTo(rate("male", true), rate("female", true), 0.1)
      assert.closeTo(rate("male", false), rate("female", false), 0.06)
      assert.isTrue(
        [...derived.predicted].every((label, at) => label === predicted[at] || label === fear || label === joy)
      )
    })
  )

  it.effect("need validation rows of the emotion on either side", () =>
    Effect.gen(function* () {
      const women = rows.filter((row) => row.gender === "female" || row.emotion !== "fear")
      const known = { rows: women, predicted: women.map((row) => row.label) }
      const error = yield* Effect.flip(deriveDecisions(known, { rows, predicted, scores }, pairs, 0))
      assert.strictEqual(
        error.message,
        "equalised odds: of the validation rows of male, none is fear, so its rates for fear are unknown; let more rows stay in training"
      )
    })
  )
})
