import { assert, describe, it } from "@effect/vitest"
import { findings, VERDICT_RULE } from "../../src/report/Claims.ts"
import { buildTable } from "../../src/report/index.ts"
import type { ReportCell, ReportColumn } from "../../src/report/ReportTable.ts"

const cell = (difference?: ReportCell["difference"]): ReportCell => ({
  values: [],
  mean: null,
  sd: null,
  n: 0,
  ci95: null,
  seeds: [],
  ...(difference === undefined ? {} : { difference })
})

const difference = (mean: number, ci95: readonly [number, number] | null, n = 5) => ({
  n,
  mean,
  ci95,
  p: null,
  sd: ci95 === null ? 0 : 0.01,
  se: ci95 === null ? null : 0.01 / Math.sqrt(n)
})

const row = (labels: { readonly [axis: string]: string }, found?: ReportCell["difference"]) => ({
  id: Object.values(labels).join(),
  labels,
  cells: { f1: cell(found) }
})

const columns = [{ id: "f1", label: "F1", digits: 3 }]
const claim = {
  text: "so it is",
  source: "somebody",
  metric: "f1",
  labels: { method: "b" },
  direction: "higher"
} as const

const told = (found?: ReportCell["difference"], direction: "higher" | "lower" = "higher") =>
  findings([{ ...claim, direction }], [row({ method: "a" }), row({ method: "b" }, found)], columns)[0]?.verdicts.map(
    ({ verdict }) => verdict
  )

describe("what is claimed of a row", () => {
  it("is supported where the paired interval lies on the claimed side of 0, contradicted where it lies on the other", () => {
    const above = difference(0.02, [0.01, 0.03])
    assert.deepStrictEqual(told(above), ["supported"])
    assert.deepStrictEqual(told(above, "lower"), ["contradicted"])
    assert.deepStrictEqual(told(difference(-0.02, [-0.03, -0.01]), "lower"), ["supported"])
  })

  it("is not shown where the interval has 0 in it, its ends included, with the seeds that would show as much", () => {
    for (const interval of [
      [-0.01, 0.03],
      [0, 0.03],
      [-0.01, 0]
    ] as const)
      assert.deepStrictEqual(told(difference(0.01, interval)), ["not shown"])
  })

  const verdictOf = (
    own: Partial<ReportCell>,
    column: Partial<ReportColumn> = {},
    found: ReportCell["difference"] = difference(0.02, [0.01, 0.03])
  ) =>
    findings(
      [claim],
      [{ id: "", labels: { method: "b" }, cells: { f1: { ...cell(found), ...own } } }],
      [{ id: "f1", label: "F1", ...column }]
    )[0]?.verdicts[0]

  it("names the seeds that would show a difference of the size found: statsmodels' number", () => {
    // An effect of 0.5 standard deviations takes 34 seeds, one of 0.05 more than a thousand.
    const found = (mean: number) => verdictOf({}, {}, difference(mean, [-0.1, 0.1]))
    assert.strictEqual(found(0.005)?.seedsNeeded, 34)
    assert.isNull(found(0.0005)?.seedsNeeded)
    // On the other side of 0 no number of seeds would show it.
    assert.isNull(found(-0.005)?.seedsNeeded)
  })

  it("cannot be said from one seed or without figures, nor where every seed gives the same", () => {
    const why = (found?: ReportCell["difference"]) =>
      findings([claim], [row({ method: "b" }, found)], columns)[0]?.verdicts.map((each) => [each.verdict, each.why])
    assert.deepStrictEqual(why(difference(0.01, null, 1)), [["cannot be said", "one seed"]])
    assert.deepStrictEqual(why(), [["cannot be said", "no figures of both rows"]])
    assert.deepStrictEqual(why(difference(0, null)), [["cannot be said", "no difference in any seed"]])
    assert.deepStrictEqual(why(difference(0.01, null)), [["cannot be said", "the same difference in every seed"]])
  })

  it("cannot be said where a seed is undefined, or where a share has few rows", () => {
    assert.strictEqual(verdictOf({ undefinedIn: 2 })?.why, "undefined in 2 seeds")
    const sized = (rows: number, value: number) => ({ values: [value, value], sizes: [rows, rows] })
    assert.strictEqual(verdictOf(sized(11, 5 / 11), { kind: "share" })?.why, "a share of 11 rows")
    assert.strictEqual(verdictOf(sized(11, 5 / 11))?.why, "a share of 11 rows")
    assert.strictEqual(verdictOf(sized(1100, 5 / 11), { kind: "share" })?.verdict, "supported")
    // A mean over 11 labels is no share of them.
    assert.strictEqual(verdictOf(sized(11, 0.123))?.verdict, "supported")
  })

  it("of identical seeds on eleven rows of data, as a table is built", () => {
    const table = buildTable(
      {
        title: "",
        rows: ["method"],
        columns: [{ metric: "f1", label: "F1" }],
        baseline: { method: "a" },
        claims: [claim],
        caption: []
      },
      ["a", "b"].flatMap((method) =>
        [0, 1, 2, 3].map((seed) => ({
          labels: { method },
          seed,
          metrics: { f1: { value: method === "a" ? 5 / 11 : 6 / 11, n: 11 } },
          outputs: ""
        }))
      ),
      { experiment: "toy", runId: null }
    )
    assert.deepStrictEqual(
      table.findings[0]?.verdicts.map(({ verdict, why }) => [verdict, why]),
      [["cannot be said", "the same difference in every seed"]]
    )
    assert.include(table.notes, VERDICT_RULE)
  })

  it("is judged in every row that it speaks of, told apart by the axes that vary among them, and not where there is none", () => {
    const found = difference(0.02, [0.01, 0.03])
    const rows = ["x", "y"].flatMap((split) => [row({ split, method: "a" }), row({ split, method: "b" }, found)])
    assert.deepStrictEqual(findings([claim], rows, columns), [
      {
        claim,
        verdicts: [
          { row: "x,b", where: "x", verdict: "supported", difference: found },
          { row: "y,b", where: "y", verdict: "supported", difference: found }
        ]
      }
    ])
    assert.deepStrictEqual(findings([{ ...claim, labels: { method: "c" } }], rows, columns), [])
    assert.deepStrictEqual(findings([{ ...claim, metric: "other" }], rows, columns), [])
  })
})
