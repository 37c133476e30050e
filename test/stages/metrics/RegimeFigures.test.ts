/** Amplification with and without a threshold, on rows few enough to be counted by hand. */
import { assert, describe, it } from "@effect/vitest"
import { COCO_LABELS, OUTPUTS } from "../../../stages/coco/CocoSet.ts"
import { RegimeCounts, regimeAmplification, regimeFigures } from "../../../stages/metrics/RegimeFigures.ts"

const row = (values: { readonly [output: string]: number }) => OUTPUTS.map((output) => values[output] ?? 0)

/** Ties: three rows, two of them men. */
const counted = () => {
  const counts = new RegimeCounts()
  counts.add(row({ tie: 1, man: 1 }), row({ tie: 0.9, man: 0.8 }))
  counts.add(row({ tie: 1, man: 1 }), row({ tie: 0.6, man: 0.6 }))
  counts.add(row({ tie: 1 }), row({ tie: 0.3, man: 0.4 }))
  counts.add(row({ fork: 1 }), row({ tie: 0.2, fork: 0.5, man: 0.1 }))
  return counts
}
const labelOf = (counts: RegimeCounts, label: string) => counts.labels()[COCO_LABELS.indexOf(label as "tie")]

describe("counts of a regime", () => {
  it("are of truth, of decisions, and of probabilities", () => {
    const counts = counted()
    const tie = labelOf(counts, "tie")
    assert.strictEqual(tie?.reference, 2 / 3)
    assert.deepStrictEqual([tie?.positives, tie?.predicted], [2, 1])
    assert.closeTo(tie?.expected ?? 0, (0.72 + 0.36 + 0.12 + 0.02) / 2, 1e-12)
    assert.deepInclude(labelOf(counts, "fork"), { reference: 0, positives: 1, predicted: 0, expected: 0.1 })
    assert.deepInclude(labelOf(counts, "truck"), { reference: null, predicted: null, expected: null })
    assert.strictEqual(counts.manShare, 0.5)
  })
})

describe("amplification from the base rate", () => {
  it("is positive where a label moves away from the share of men, whichever side of one half that is", () => {
    const pair = (reference: number, predicted: number) => [{ label: "knife", reference, predicted }]
    // Fewer men than among all images, more than half of them: one form calls it amplified, the other lessened.
    assert.closeTo(regimeAmplification("leaning", pair(0.55, 0.45), 0.69).value ?? 0, 0.1, 1e-12)
    assert.closeTo(regimeAmplification("zhao", pair(0.55, 0.45), 0.69).value ?? 0, -0.1, 1e-12)
    assert.isNull(regimeAmplification("leaning", [{ label: "tie", reference: 0.5, predicted: null }], 0.5).value)
  })

  it("stands beside the best possible classifier's, and labels without a decision are counted", () => {
    const labels = counted().labels()
    const figures = regimeFigures({
      labels,
      manShare: 0.5,
      oracle: { draws: 4, manShare: 0.5, labels },
      accuracy: { value: 1 },
      genderAccuracy: { value: 1 }
    })
    assert.closeTo(figures.at_leaning.value ?? 0, (1 / 3 + 0) / 2, 1e-12)
    assert.strictEqual(figures.bayes_at_leaning.value, figures.at_leaning.value)
    assert.strictEqual(figures.labels_undefined.value, COCO_LABELS.length - 2)
  })
})
