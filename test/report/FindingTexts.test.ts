import { assert, describe, it } from "@effect/vitest"
import type { Finding, Verdict } from "../../src/report/Finding.ts"
import { findingLines, findingNotes } from "../../src/report/FindingTexts.ts"

const columns = [
  { id: "f1", label: "F1", group: "fear", digits: 3 },
  { id: "accuracy", label: "accuracy", digits: 3 }
]

const verdictOf = (verdict: Verdict, where = "") => {
  const [mean, ci95] =
    where === "x" ? [0, [0, 0] as const] : verdict === "cannot be said" ? [0.01, null] : [0.02, [0.01, 0.03] as const]
  return { row: where, where, verdict, difference: { n: ci95 === null ? 1 : 5, mean, ci95, p: null } }
}

const finding = (
  text: string,
  metric: string,
  method: string,
  verdicts: Finding["verdicts"],
  source?: string
): Finding => ({
  claim: { text, metric, labels: { method }, direction: "higher", ...(source === undefined ? {} : { source }) },
  verdicts
})

const alone = finding("somebody says so.", "f1", "b", [verdictOf("supported")])
const two = (verdict: Verdict) => [verdictOf("cannot be said", "x"), verdictOf(verdict, "y")]
const alike = [
  finding("b is fairer", "f1", "b", two("not shown"), "the paper"),
  finding("b is better", "accuracy", "b", two("not shown"), "the paper"),
  finding("c is better", "accuracy", "c", two("not shown"), "the paper")
]

describe("findings in words", () => {
  it("a claim alone: its words, the verdict, the evidence", () => {
    assert.deepStrictEqual(findingNotes([alone], columns), [
      "Claim: somebody says so. Here supported: +0.020 [+0.010, +0.030], 5 seeds."
    ])
    assert.deepStrictEqual(findingLines([alone], columns), [
      "Supported: somebody says so: +0.020 [+0.010, +0.030], 5 seeds."
    ])
  })

  it("claims of one source that fared alike are told together, with the evidence of each in the notes", () => {
    assert.deepStrictEqual(findingNotes(alike, columns), [
      "3 claims (the paper): cannot be said (x), not shown (y), 5 seeds: b is fairer: y +0.020 [+0.010, +0.030]; b is better: y +0.020 [+0.010, +0.030]; c is better: y +0.020 [+0.010, +0.030]."
    ])
    assert.deepStrictEqual(findingLines(alike, columns), [
      "Cannot be said (x), not shown (y) · the paper, 3 claims, 5 seeds: b higher in fear F1, accuracy; c higher in accuracy."
    ])
  })

  it("claims that fared otherwise, or of another source, are told apart; the plainest verdicts first", () => {
    const [first, second, third] = alike
    const mixed = [
      ...(first === undefined ? [] : [first]),
      ...(second === undefined ? [] : [{ ...second, claim: { ...second.claim, source: "another" } }]),
      ...(third === undefined ? [] : [{ ...third, verdicts: two("contradicted") }]),
      alone
    ]
    assert.deepStrictEqual(
      findingLines(mixed, columns).map((line) => line.split(":")[0]),
      [
        "Supported",
        "Cannot be said (x), contradicted (y) · the paper",
        "Cannot be said (x), not shown (y) · the paper",
        "Cannot be said (x), not shown (y) · another"
      ]
    )
    assert.strictEqual(findingNotes(mixed, columns).length, 4)
  })

  it("says why a verdict cannot be said", () => {
    const oneSeed = finding("so", "f1", "b", [verdictOf("cannot be said")])
    assert.deepStrictEqual(findingLines([oneSeed], columns), ["Cannot be said: so: +0.010, one seed."])
    const nothing = {
      ...oneSeed,
      verdicts: [{ row: "", where: "", verdict: "cannot be said", difference: null } as const]
    }
    assert.deepStrictEqual(findingLines([nothing], columns), ["Cannot be said: so: no figures of both rows."])
  })
})
