import { assert, describe, it } from "@effect/vitest"
import { findings } from "../../src/report/Claims.ts"
import type { ReportCell } from "../../src/report/ReportTable.ts"

const cell = (difference?: ReportCell["difference"]): ReportCell => ({
  values: [],
  mean: null,
  sd: null,
  n: 0,
  ci95: null,
  seeds: [],
  ...(difference === undefined ? {} : { difference })
})

const difference = (mean: number, ci95: readonly [number, number] | null, n = 5) => ({ n, mean, ci95, p: null })

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

  it("is not shown where the interval has 0 in it, its ends included", () => {
    for (const interval of [
      [-0.01, 0.03],
      [0, 0.03],
      [-0.01, 0]
    ] as const)
      assert.deepStrictEqual(told(difference(0.01, interval)), ["not shown"])
  })

  it("cannot be said from one seed or without figures, and is cannot be said where there is none", () => {
    assert.deepStrictEqual(told(difference(0.01, null, 1)), ["cannot be said"])
    assert.deepStrictEqual(told(), ["cannot be said"])
    assert.deepStrictEqual(told(difference(0, [0, 0])), ["cannot be said"])
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
