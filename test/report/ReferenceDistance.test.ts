/** Distances to figures printed elsewhere, against a table whose distances are known. */
import { assert, describe, it } from "@effect/vitest"
import type { TableSpec } from "../../src/domain/TableSpec.ts"
import { buildTable, type CellOutcome, tableFormats } from "../../src/report/index.ts"
import { printedSpread, rootMeanSquare } from "../../src/report/statistics/index.ts"

const figures = (a: number, b: number) => ({ a: { value: a }, b: { value: b } })

const spec: TableSpec = {
  title: "Two rows",
  rows: ["split", "method"],
  columns: [
    { metric: "a", label: "a" },
    { metric: "b", label: "b" }
  ],
  reference: {
    label: "paper",
    distance: true,
    // The spread of a is 0.1; b is printed alike everywhere.
    rows: [
      { labels: { method: "one" }, figures: figures(0.4, 0.5) },
      { labels: { method: "two" }, figures: figures(0.6, 0.5) }
    ]
  },
  caption: []
}

const cell = (split: string, method: string, a: number | null): CellOutcome => ({
  labels: { split, method },
  seed: 0,
  metrics: { a: { value: a }, b: { value: 0.1 } },
  outputs: `${split}${method}`
})

const table = (cells: ReadonlyArray<CellOutcome>, of = spec) =>
  buildTable(of, cells, { experiment: "two", runId: null })

describe("distances to the reference", () => {
  it("are in units of the column's printed spread: the column's own mean in every row comes to 1", () => {
    const mean = table([cell("x", "one", 0.5), cell("x", "two", 0.5)])
    assert.deepStrictEqual(
      mean.rows.map((row) => row.cells.a?.referenceDistance?.toFixed(6)),
      ["1.000000", "-1.000000"]
    )
    // A column without a spread has no unit.
    assert.isUndefined(mean.rows[0]?.cells.b?.referenceDistance)
    assert.include(mean.nearness ?? "", "1.00 over 2 figures, 2 without (x)")
  })

  it("are told of every part of the table, with those that cannot be said", () => {
    const { nearness } = table([
      cell("x", "one", 0.4),
      cell("x", "two", 0.6),
      cell("y", "one", null),
      cell("y", "two", 0.9)
    ])
    assert.include(nearness ?? "", "0.00 over 2 figures, 2 without (x); 3.00 over 1 figures, 3 without (y)")
  })

  it("stand behind the printed figures, and only where they are asked for", () => {
    const cells = [cell("x", "one", 0.7), cell("x", "two", 0.5)]
    const text = tableFormats.text.print(table(cells), { width: 100 })
    assert.match(text, /\.7000\s+\.4000 z\+3\.0/)
    assert.match(text, /\.5000\s+\.6000 z-1\.0/)
    const plain = table(cells, { ...spec, reference: { label: "paper", rows: spec.reference?.rows ?? [] } })
    assert.isUndefined(plain.nearness)
    assert.isUndefined(plain.rows[0]?.cells.a?.referenceDistance)
  })
})

describe("the spread of printed figures", () => {
  it("is the root mean square distance from their mean; none without one", () => {
    assert.closeTo(printedSpread([1, 2, 3, 4]) ?? Number.NaN, Math.sqrt(1.25), 1e-12)
    assert.isNull(printedSpread([0.5, 0.5]))
    assert.isNull(printedSpread([]))
    assert.strictEqual(rootMeanSquare([3, -4]), Math.sqrt(12.5))
    assert.isNull(rootMeanSquare([]))
  })
})
