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
})
