import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as Table from "../../src/declare/Table.ts"
import { TableSpec } from "../../src/domain/TableSpec.ts"

const spec = { title: "T", rows: ["method", "k"], columns: [{ metric: "accuracy", label: "Acc" }] } as const

describe("Table.make", () => {
  it("has no caption and no baseline unless they are given", () => {
    const table = Table.make(spec)
    assert.deepStrictEqual(table.caption, [])
    assert.isFalse("baseline" in table)
    assert.isFalse("baseline" in Table.make({ ...spec, baseline: {} }))
  })

  it("keeps caption, baseline, reference and columns, as data that the schema of tables accepts", () => {
    const table = Table.make({
      ...spec,
      columns: [
        { metric: "p", label: "P", unit: "%", group: "bias", digits: 2, beside: { metric: "base", label: "base" } }
      ],
      caption: ["Made up."],
      baseline: { method: "plain" },
      reference: { label: "paper", rows: [{ labels: { method: "plain" }, figures: { p: { value: 0.5 } } }] }
    })
    assert.deepStrictEqual(table.baseline, { method: "plain" })
    assert.deepStrictEqual<unknown>(Schema.decodeUnknownSync(TableSpec)(table), table)
  })

  it("keeps a headline, sources and whose a claim is", () => {
    const table = Table.make({
      ...spec,
      sources: ["Corpus: made up."],
      headline: { columns: ["accuracy"], where: { method: "plain" } },
      claims: [
        { text: "so it is", source: "somebody", metric: "accuracy", labels: { method: "plain" }, direction: "higher" }
      ]
    })
    assert.deepStrictEqual(table.headline, { columns: ["accuracy"], where: { method: "plain" } })
    assert.deepStrictEqual<unknown>(Schema.decodeUnknownSync(TableSpec)(table), table)
    assert.deepStrictEqual(Table.make({ ...spec, headline: { columns: ["accuracy"] } }).headline, {
      columns: ["accuracy"]
    })
  })

  it("refuses a headline of a column that the table turns out not to have, with those it has", () => {
    const columns: ReadonlyArray<{ readonly metric: "accuracy" | "f1"; readonly label: string }> = spec.columns
    assert.throws(
      () => Table.make({ ...spec, columns, headline: { columns: ["f1"] } }),
      'table "T": the headline\'s column "f1" is no column of the table; they are accuracy'
    )
  })
})
