import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import fc from "fast-check"
import { ResultTable } from "../../src/domain/ResultTable.ts"
import type { TableSpec } from "../../src/domain/TableSpec.ts"
import { toJson } from "../../src/report/format/Json.ts"
import { buildTable, type CellOutcome, ReportTable } from "../../src/report/index.ts"

const meta = { experiment: "tiny", runId: "run-1" }
const spec: TableSpec = {
  title: "Tiny",
  rows: ["method"],
  columns: [
    { metric: "accuracy", label: "accuracy", digits: 3 },
    { metric: "p", label: "P(f|fear)", group: "fear", beside: { metric: "base", label: "base" } }
  ],
  baseline: { method: "plain" },
  reference: {
    label: "paper",
    rows: [{ labels: { method: "aware" }, figures: { p: { value: 0.75, mark: "does not add up" } } }]
  },
  caption: ["One caption."]
}

const cell = (method: string, seed: number, accuracy: number, p: number | null): CellOutcome => ({
  labels: { method },
  seed,
  metrics: {
    accuracy: { value: accuracy },
    p: p === null ? { value: null, n: 0, note: "no row predicted fear" } : { value: p, n: 40 },
    base: { value: 0.5 }
  },
  outputs: `${method}${seed}`
})

const cells = [
  cell("plain", 2, 0.8, 0.6),
  cell("plain", 0, 0.81, 0.61),
  cell("plain", 1, 0.82, 0.62),
  cell("aware", 0, 0.84, null),
  cell("aware", 1, 0.86, 0.52),
  cell("aware", 2, 0.82, null)
]

describe("buildTable", () => {
  const table = buildTable(spec, cells, meta)
  const [plain, aware] = table.rows

  it("rows in grid order, values in seed order", () => {
    assert.deepStrictEqual(
      table.rows.map((row) => row.id),
      ["method=plain", "method=aware"]
    )
    assert.deepStrictEqual(plain?.cells.accuracy?.values, [0.81, 0.82, 0.8])
    assert.deepStrictEqual(plain?.cells.accuracy?.seeds, [0, 1, 2])
    assert.strictEqual(plain?.cells.accuracy?.n, 3)
  })
  it("undefined figures are left out, counted and explained", () => {
    const figure = aware?.cells.p
    assert.deepStrictEqual(figure?.values, [0.52])
    assert.deepStrictEqual(figure?.sizes, [40])
    assert.strictEqual(figure?.mean, 0.52)
    assert.isNull(figure?.sd)
    assert.isNull(figure?.ci95)
    assert.strictEqual(figure?.note, "undefined in 2 of 3 seeds: no row predicted fear")
  })
  it("reference figures and their marks join by labels; the base rate stands beside", () => {
    assert.strictEqual(aware?.cells.p?.reference, 0.75)
    assert.strictEqual(aware?.cells.p?.referenceMark, "does not add up")
    assert.isUndefined(plain?.cells.p?.reference)
    assert.deepStrictEqual(aware?.cells.p?.beside, { values: [0.5, 0.5, 0.5], mean: 0.5 })
  })
  it("differences from the baseline pair by seed, only where both are defined", () => {
    const accuracy = aware?.cells.accuracy?.difference
    assert.strictEqual(accuracy?.n, 3)
    // .84-.81, .86-.82, .82-.80
    assert.closeTo(accuracy?.mean ?? 0, 0.03, 1e-15)
    assert.closeTo(accuracy?.ci95?.[0] ?? 0, 0.03 - (4.302652729749464 * 0.01) / Math.sqrt(3), 1e-12)
    assert.strictEqual(accuracy?.p, 0.25)
    assert.strictEqual(aware?.cells.p?.difference?.n, 1)
    assert.closeTo(aware?.cells.p?.difference?.mean ?? 0, 0.52 - 0.62, 1e-15)
    assert.isUndefined(plain?.cells.accuracy?.difference)
  })
  it("the baseline row is the one that agrees on all other axes", () => {
    const point = (method: string, split: string, accuracy: number): CellOutcome => ({
      ...cell(method, 0, accuracy, 0.5),
      labels: { method, split }
    })
    const crossed = buildTable(
      { ...spec, rows: ["method", "split"] },
      [point("plain", "a", 0.1), point("plain", "b", 0.2), point("aware", "a", 0.5), point("aware", "b", 0.5)],
      meta
    )
    const means = crossed.rows.map((row) => row.cells.accuracy?.difference?.mean)
    assert.deepStrictEqual(means, [undefined, undefined, 0.4, 0.3])
  })
  it("a row without a baseline row is counted, not compared", () => {
    const alone = buildTable(spec, cells.slice(3), meta)
    assert.isUndefined(alone.rows[0]?.cells.accuracy?.difference)
    assert.deepStrictEqual(alone.notes, ["1 of 1 rows have no baseline row (plain) to be compared with."])
  })
  it("failed cells leave null with a note, and the reason in the notes", () => {
    const failed: CellOutcome = {
      labels: { method: "plain" },
      seed: 3,
      metrics: null,
      failure: "loss is NaN",
      outputs: ""
    }
    const withFailure = buildTable(spec, [...cells, failed], meta)
    assert.strictEqual(withFailure.rows[0]?.cells.accuracy?.note, "failed in 1 of 4 seeds")
    assert.strictEqual(withFailure.rows[0]?.cells.accuracy?.n, 3)
    assert.deepStrictEqual(withFailure.notes, ["Failed: 1 of 7 cells: loss is NaN (method=plain: seed 3)"])
    const none = buildTable(spec, [failed], meta).rows[0]?.cells.accuracy
    assert.isNull(none?.mean)
    assert.deepStrictEqual(none?.values, [])
  })
  it("what the figures rest on begins the caption: the sources, else all of it, and what was measured", () => {
    const measured = { ...meta, caption: ["Vectors."] }
    const declared = buildTable({ ...spec, sources: ["Corpus."] }, cells, measured)
    assert.deepStrictEqual(declared.sources, ["Corpus.", "Vectors."])
    assert.deepStrictEqual(declared.caption, ["Corpus.", "One caption.", "Vectors."])
    assert.deepStrictEqual(buildTable(spec, cells, measured).sources, ["One caption.", "Vectors."])
  })
  it("a metric nobody measured is said to be so", () => {
    const unmeasured = buildTable(spec, [{ ...cell("plain", 0, 1, 1), metrics: {} }], meta)
    assert.strictEqual(unmeasured.rows[0]?.cells.accuracy?.note, "not measured in 1 of 1 seeds")
    assert.isNull(unmeasured.rows[0]?.cells.accuracy?.mean)
  })
  it("variants that differ in an axis not asked for are not pooled", () => {
    const point = (lambda: string, seed: number): CellOutcome => ({
      ...cell("aware", seed, 0.5, 0.5),
      labels: { method: "aware", lambda }
    })
    const split = buildTable({ ...spec, rows: ["method"] }, [point("1", 0), point("2", 0)], meta)
    assert.deepStrictEqual(split.axes, ["method", "lambda"])
    assert.strictEqual(split.rows.length, 2)
    assert.isTrue(split.notes.some((note) => note.includes("lambda")))
    const constant = buildTable({ ...spec, rows: ["method"] }, [point("1", 0), point("1", 1)], meta)
    assert.deepStrictEqual(constant.axes, ["method"])
  })
  it("no cells give an empty table", () => {
    assert.deepStrictEqual(buildTable(spec, [], meta).rows, [])
  })

  it("the content hash is that of rows, seeds and artifacts: the order in which cells finish does not matter", () => {
    assert.match(table.contentHash, /^[0-9a-f]{64}$/)
    const reordered = [...cells.slice(0, 3).toReversed(), ...cells.slice(3).toReversed()]
    assert.strictEqual(buildTable(spec, reordered, meta).contentHash, table.contentHash)
    const changed = cells.map((each, index) => (index === 4 ? { ...each, outputs: "other" } : each))
    assert.notStrictEqual(buildTable(spec, changed, meta).contentHash, table.contentHash)
  })

  it("is a ResultTable, survives JSON, and has the contract's shape", () => {
    const text = toJson(table)
    const parsed: unknown = JSON.parse(text)
    assert.deepStrictEqual(Schema.decodeUnknownSync(ReportTable)(parsed), table)
    assert.strictEqual(Schema.decodeUnknownSync(ResultTable)(parsed).rows.length, 2)
    assert.isTrue(text.endsWith("}\n"))
  })

  it("never lets a number through that is not finite", () =>
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 1, maxLength: 6 }), (values) => {
        const rough = values.map(
          (value, seed): CellOutcome => ({
            labels: { method: "plain" },
            seed,
            metrics: { accuracy: { value } },
            outputs: ""
          })
        )
        const figure = buildTable(spec, rough, meta).rows[0]?.cells.accuracy
        assert.strictEqual(figure?.n, values.filter(Number.isFinite).length)
        assert.isTrue(figure?.values.every(Number.isFinite))
        const printed = [figure?.mean, figure?.sd, figure?.ci95?.[0], figure?.ci95?.[1]]
        assert.isTrue(printed.every((value) => value === null || value === undefined || Number.isFinite(value)))
      })
    ))
})
