import { assert, describe, it } from "@effect/vitest"
import { groupFairness } from "../../../stages/metrics/GroupFairness.ts"

describe("group fairness", () => {
  it("three groups of six", () => {
    const truth = [1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0]
    const predicted = [1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 0]
    const result = groupFairness(truth, predicted, [..."aaaaaabbbbbbcccccc"])
    const close = (actual: number | null | undefined, expected: number) => assert.closeTo(actual ?? -1, expected, 1e-15)
    close(result.groups.get("a")?.selectionRate, 0.5)
    close(result.groups.get("b")?.selectionRate, 0.5)
    close(result.groups.get("c")?.selectionRate, 2 / 3)
    close(result.groups.get("a")?.truePositiveRate, 2 / 3)
    close(result.groups.get("b")?.truePositiveRate, 0.5)
    close(result.groups.get("c")?.truePositiveRate, 0.75)
    close(result.groups.get("a")?.falsePositiveRate, 1 / 3)
    close(result.groups.get("c")?.falsePositiveRate, 0.5)
    close(result.demographicParityDifference, 1 / 6)
    close(result.demographicParityRatio, 0.75)
    close(result.demographicParityToOverall, 1 / 9)
    close(result.equalOpportunityDifference, 0.25)
    close(result.equalizedOddsDifference, 0.25)
    close(result.equalizedOddsMeanDifference, 0.20833333333333334)
    close(result.equalizedOddsRatio, 2 / 3)
  })
  it("a group without positives has no true positive rate and is left out of that comparison", () => {
    const result = groupFairness([0, 0, 1, 0], [1, 0, 1, 1], ["a", "a", "b", "b"])
    assert.isNull(result.groups.get("a")?.truePositiveRate)
    assert.strictEqual(result.equalOpportunityDifference, 0)
  })
  it("nobody selected: the ratio is undefined, the difference 0; no rows: everything undefined", () => {
    const nobody = groupFairness([1, 0], [0, 0], ["a", "b"])
    assert.isNull(nobody.demographicParityRatio)
    assert.strictEqual(nobody.demographicParityDifference, 0)
    const empty = groupFairness([], [], [])
    assert.isNull(empty.demographicParityDifference)
    assert.isNull(empty.equalizedOddsDifference)
    assert.isNull(empty.overallSelectionRate)
  })
})
