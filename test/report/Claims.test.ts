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
const claim = { text: "somebody says so.", metric: "f1", labels: { method: "b" }, direction: "higher" } as const

const told = (found?: ReportCell["difference"], direction: "higher" | "lower" = "higher") =>
  findings([{ ...claim, direction }], [row({ method: "a" }), row({ method: "b" }, found)], columns, ["method"])

describe("what is claimed of a row", () => {
  it("holds where the paired interval lies on the claimed side of 0, and its opposite where it lies on the other", () => {
    const above = difference(0.02, [0.01, 0.03])
    assert.deepStrictEqual(told(above), ["Claim: somebody says so. Here it holds (+0.020 [+0.010, +0.030], 5 seeds)."])
    assert.deepStrictEqual(told(above, "lower"), [
      "Claim: somebody says so. Here: the opposite holds (+0.020 [+0.010, +0.030], 5 seeds)."
    ])
    assert.include(
      told(difference(-0.02, [-0.03, -0.01]), "lower")[0],
      "Here it holds (−0.020 [−0.030, −0.010], 5 seeds)"
    )
  })

  it("is not borne out where the interval has 0 in it, its ends included", () => {
    for (const interval of [
      [-0.01, 0.03],
      [0, 0.03],
      [-0.01, 0]
    ] as const)
      assert.include(told(difference(0.01, interval))[0], "Here it is not borne out")
  })

  it("cannot be told from one seed or without figures, and is no difference where there is none", () => {
    assert.include(told(difference(0.01, null, 1))[0], "Here it cannot be told (+0.010, from one seed)")
    assert.include(told()[0], "Here it cannot be told (no figures of both rows)")
    assert.include(told(difference(0, [0, 0]))[0], "Here: no difference at all (5 seeds)")
  })

  it("is told for every row that it speaks of, named by the axes that vary, and not where there is none", () => {
    const rows = ["x", "y"].flatMap((split) => [
      row({ split, method: "a" }),
      row({ split, method: "b" }, difference(0.02, [0.01, 0.03]))
    ])
    assert.deepStrictEqual(findings([claim], rows, columns, ["method"]), [
      "Claim: somebody says so. x: holds (+0.020 [+0.010, +0.030], 5 seeds); y: holds (+0.020 [+0.010, +0.030], 5 seeds)."
    ])
    assert.deepStrictEqual(findings([{ ...claim, labels: { method: "c" } }], rows, columns, ["method"]), [])
    assert.deepStrictEqual(findings([{ ...claim, metric: "other" }], rows, columns, ["method"]), [])
  })
})
