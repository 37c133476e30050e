import { assert, describe, it } from "@effect/vitest"
import type { Finding, RowVerdict, Verdict } from "../../src/report/Finding.ts"
import { findingLines, findingNotes } from "../../src/report/FindingTexts.ts"

const columns = [
  { id: "f1", label: "F1", group: "fear", digits: 3 },
  { id: "accuracy", label: "accuracy", digits: 3 }
]

const verdictOf = (verdict: Verdict, where = "", more: Partial<RowVerdict> = {}): RowVerdict => ({
  row: where,
  where,
  verdict,
  difference: { n: 5, mean: 0.02, ci95: verdict === "not shown" ? [-0.01, 0.05] : [0.01, 0.03], p: null },
  ...more
})

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
const equal = verdictOf("cannot be said", "x", { why: "no difference in any seed" })
const two = (verdict: Verdict) => [equal, verdictOf(verdict, "y", { seedsNeeded: 34 })]
const alike = [
  finding("b is fairer", "f1", "b", two("not shown"), "the paper"),
  finding("b is better", "accuracy", "b", two("not shown"), "the paper"),
  finding("c is better", "accuracy", "c", two("not shown"), "the paper")
]

describe("findings in words", () => {
  it("a claim alone: its words, the verdict, the evidence", () => {
    assert.deepStrictEqual(findingNotes([alone], columns), [
      "Claim: somebody says so. Here supported with 5 seeds: +0.020 [+0.010, +0.030]."
    ])
    assert.deepStrictEqual(findingLines([alone], columns), [
      "Somebody says so: supported with 5 seeds: +0.020 [+0.010, +0.030]."
    ])
  })

  it("claims of one source and column are told together, in the summary those that fared alike", () => {
    assert.deepStrictEqual(findingNotes(alike, columns), [
      "Claim (the paper): b is fairer. Here not shown with 5 seeds: y +0.020 [−0.010, +0.050] (34 seeds would be needed); cannot be said: no difference in any seed (x).",
      "2 claims (the paper), accuracy higher than the baseline's: not shown with 5 seeds: b y +0.020 [−0.010, +0.050] (34 seeds would be needed), c y +0.020 [−0.010, +0.050] (34 seeds would be needed); cannot be said: no difference in any seed (b x, c x)."
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
      ["Somebody says so", "C is better (the paper)", "B is fairer (the paper)", "B is better (another)"]
    )
    assert.strictEqual(findingNotes(mixed, columns).length, 4)
  })

  it("says what no number of seeds would show, and where seeds differ", () => {
    const notes = (...verdicts: ReadonlyArray<RowVerdict>) =>
      findingNotes([finding("so", "f1", "b", verdicts)], columns)
    const against = { n: 5, mean: -0.02, ci95: [-0.05, 0.01] as const, p: null }
    assert.deepStrictEqual(notes(verdictOf("not shown", "", { seedsNeeded: null, difference: against })), [
      "Claim: so. Here not shown with 5 seeds: −0.020 [−0.050, +0.010] (not on the claimed side)."
    ])
    assert.deepStrictEqual(notes(verdictOf("not shown", "", { seedsNeeded: null })), [
      "Claim: so. Here not shown with 5 seeds: +0.020 [−0.010, +0.050] (more than 1000 seeds would be needed)."
    ])
    const four = verdictOf("supported", "y")
    assert.deepStrictEqual(
      notes(verdictOf("supported", "x"), { ...four, difference: { n: 4, mean: 0.02, ci95: [0.01, 0.03], p: null } }),
      ["Claim: so. Here supported: x +0.020 [+0.010, +0.030], 5 seeds, y +0.020 [+0.010, +0.030], 4 seeds."]
    )
  })

  it("says why a verdict cannot be said", () => {
    const oneSeed = finding("so", "f1", "b", [verdictOf("cannot be said", "", { why: "one seed" })])
    assert.deepStrictEqual(findingLines([oneSeed], columns), ["So: cannot be said: one seed."])
  })
})
