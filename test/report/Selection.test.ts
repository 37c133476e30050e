import { assert, describe, it } from "@effect/vitest"
import { buildTable } from "../../src/report/index.ts"
import { extent, headlineOf } from "../../src/report/Selection.ts"

const columns = Array.from({ length: 6 }, (_, index) => ({ metric: `m${index}`, label: `m${index}` }))
const cells = ["x", "y"].flatMap((split) =>
  ["a", "b"].map((method) => ({
    labels: { split, method },
    seed: null,
    metrics: Object.fromEntries(columns.map(({ metric }) => [metric, { value: 1 }])),
    outputs: ""
  }))
)
const tableWith = (headline?: { columns: ReadonlyArray<string>; where?: Readonly<Record<string, string>> }) =>
  buildTable(
    {
      title: "T",
      rows: ["split", "method"],
      columns,
      caption: [],
      ...(headline === undefined ? {} : { headline })
    },
    cells,
    { experiment: "e", runId: null }
  )
const shapeOf = (table: ReturnType<typeof tableWith>) => {
  const part = headlineOf(table)
  return [part.columns.map(({ id }) => id), part.rows.map(({ id }) => id), part.axes, extent(part, table)]
}

describe("the headline of a table", () => {
  it("has the columns and rows that it names, without the axis that it fixes", () => {
    assert.deepStrictEqual(shapeOf(tableWith({ columns: ["m3", "m0"], where: { split: "y" } })), [
      ["m3", "m0"],
      ["split=y,method=a", "split=y,method=b"],
      ["method"],
      "2 of 4 rows (split y), 2 of 6 columns"
    ])
  })
  it("has all rows where none is as it says", () => {
    assert.deepStrictEqual(shapeOf(tableWith({ columns: ["m3"], where: { split: "z" } })).slice(1, 4), [
      ["split=x,method=a", "split=x,method=b", "split=y,method=a", "split=y,method=b"],
      ["split", "method"],
      "1 of 6 columns"
    ])
  })
  it("is the first columns and all rows where the experiment names none", () => {
    const [ids, rows, axes, left] = shapeOf(tableWith())
    assert.deepStrictEqual(
      [ids, rows?.length, axes, left],
      [["m0", "m1", "m2", "m3"], 4, ["split", "method"], "4 of 6 columns"]
    )
  })
})
