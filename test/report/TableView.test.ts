import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import fc from "fast-check"
import { buildTable, type TableView, viewOf } from "../../src/report/index.ts"
import { small } from "./format/fixture.ts"

const view = (asked: TableView) => Result.getOrThrow(viewOf(small, asked))
const refused = (asked: TableView) => Result.getOrThrow(Result.flip(viewOf(small, asked)))
const ids = (asked: TableView) => view(asked).columns.map(({ id }) => id)
const rows = (asked: TableView) => view(asked).rows.map(({ labels }) => `${labels.method} ${labels.split}`)

describe("a view of a table", () => {
  it("takes columns by id, label, group and label, or group, in the order given; none twice", () => {
    assert.deepStrictEqual(ids({ columns: ["F", "accuracy"] }), ["F", "accuracy"])
    assert.deepStrictEqual(ids({ columns: ["fear", "F", "accuracy"] }), ["p", "F", "accuracy"])
    assert.deepStrictEqual(ids({ columns: ["Fear P(f|fear)"] }), ["p"])
  })
  it("keeps columns of one group together, whatever the order they are named in", () => {
    assert.deepStrictEqual(ids({ columns: ["F", "accuracy", "p"] }), ["F", "p", "accuracy"])
  })
  it("takes rows by labels; those of one axis are alternatives, axes are combined", () => {
    assert.deepStrictEqual(rows({ rows: { method: ["aware"], split: ["word", "random"] } }), [
      "aware random",
      "aware word"
    ])
    assert.deepStrictEqual(refused({ rows: { method: ["aware"], splt: ["word"] } }).known, ["method", "split"])
    assert.deepStrictEqual({ ...refused({ rows: { method: ["awar"] } }) }.known, ["plain", "aware"])
  })
  it("says in the caption which part it is; the figures and the content hash are the whole table's", () => {
    const part = view({ rows: { method: ["aware"] }, columns: ["F"] })
    assert.strictEqual(part.caption[0], "Part of the table: 2 of 4 rows, 1 of 3 columns.")
    assert.strictEqual(part.contentHash, small.contentHash)
    assert.deepStrictEqual(part.rows[0]?.cells, small.rows[2]?.cells)
    assert.deepStrictEqual(view({}), small)
  })
  it("sorts by a column, the better figures first, or by an axis as people count", () => {
    assert.deepStrictEqual(rows({ sort: { by: "accuracy" } })[0], "aware random")
    assert.deepStrictEqual(rows({ sort: { by: "accuracy", direction: "asc" } })[0], "aware word")
    assert.deepStrictEqual(rows({ sort: { by: "split" } }), [
      "plain random",
      "aware random",
      "plain word",
      "aware word"
    ])
    assert.strictEqual(refused({ sort: { by: "acuracy" } }).part, "column")
    assert.deepStrictEqual(
      [refused({ sort: { by: "fear" } }).part, refused({ sort: { by: "fear" } }).known],
      ["one column", ["p", "F"]]
    )
  })
  it("sorting loses no row, is in order, and puts what has no figure last, whichever way", () =>
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: -5, max: 5 })), { minLength: 1, maxLength: 30 }),
        fc.constantFrom("asc" as const, "desc" as const),
        fc.constantFrom("higher" as const, "lower" as const),
        (values, direction, better) => {
          const table = buildTable(
            { title: "t", rows: ["r"], columns: [{ metric: "m", label: "m", better }], caption: [] },
            values.map((value, at) => ({ labels: { r: `r${at}` }, seed: 0, metrics: { m: { value } }, outputs: "" })),
            { experiment: "e", runId: null }
          )
          const by = (asked: TableView) =>
            Result.getOrThrow(viewOf(table, asked)).rows.map((row) => row.cells.m?.mean ?? null)
          const expected = values
            .filter((value) => value !== null)
            .sort((a, b) => (direction === "asc" ? a - b : b - a))
          const found = by({ sort: { by: "m", direction } })
          assert.deepStrictEqual(
            found.slice(0, expected.length).map((each) => (each === 0 ? 0 : each)),
            expected.map((each) => (each === 0 ? 0 : each))
          )
          assert.isTrue(found.slice(expected.length).every((value) => value === null))
          const [best] = by({ sort: { by: "m" } })
          if (expected.length > 0)
            assert.strictEqual(
              Math.abs(best ?? Number.NaN),
              Math.abs((better === "lower" ? Math.min : Math.max)(...expected))
            )
        }
      ),
      { numRuns: 50 }
    ))
})
