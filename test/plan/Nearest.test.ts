import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { KeyRecord } from "../../src/domain/KeyRecord.ts"
import { differences } from "../../src/plan/Difference.ts"
import { searchIn } from "../../src/plan/Nearest.ts"
import { artifact } from "./declared.ts"

const record = (fields: Partial<KeyRecord> = {}): KeyRecord => ({
  stage: "train",
  code: "code:1",
  config: {},
  inputs: {},
  ...fields
})

/** Records that often agree in some of their parts. */
const records: fc.Arbitrary<KeyRecord> = fc
  .record({
    code: fc.constantFrom("code:1", "code:2"),
    config: fc.record({ a: fc.nat(2), b: fc.nat(2) }),
    inputs: fc.dictionary(fc.constantFrom("x", "y", "z"), fc.nat(2).map(String).map(artifact), {
      noNullPrototype: true
    }),
    numerics: fc.constantFrom(undefined, "wasm", "tfjs")
  })
  .map(({ numerics, ...fields }) => record(numerics === undefined ? fields : { ...fields, numerics }))

describe("the nearest record", () => {
  it("is the one with the fewest differences", () => {
    fc.assert(
      fc.property(fc.array(records, { maxLength: 40 }), records, (list, to) => {
        const candidates = list.map((each) => ({ record: each }))
        const fewest = Math.min(...list.map((each) => differences(each, to).length))
        const found = searchIn(candidates)(to)
        assert.strictEqual(found?.differences.length ?? Number.POSITIVE_INFINITY, fewest)
        if (found !== undefined) assert.deepStrictEqual(found.differences, differences(found.candidate.record, to))
      }),
      { numRuns: 500 }
    )
  })

  it("takes the first listed of those that differ in one field of the config", () => {
    const to = record({ config: { a: 1, b: 1, c: 1 } })
    const candidates = [
      { id: "two off", record: record({ config: { a: 0, b: 0, c: 1 } }) },
      { id: "first one off", record: record({ config: { a: 1, b: 0, c: 1 } }) },
      { id: "second one off", record: record({ config: { a: 0, b: 1, c: 1 } }) }
    ]
    const found = searchIn(candidates)(to)
    assert.strictEqual(found?.candidate.id, "first one off")
    assert.deepStrictEqual<unknown>(found?.differences, [{ kind: "config", path: "b", from: "0", to: "1" }])
    assert.isUndefined(searchIn([])(to))
  })

  it("does not count inputs that are left out of the question", () => {
    fc.assert(
      fc.property(fc.array(records, { maxLength: 40 }), records, (list, to) => {
        const counted = (each: KeyRecord) =>
          differences(each, to).filter((found) => found.kind !== "input" || found.name === "z").length
        const found = searchIn(
          list.map((each) => ({ record: each })),
          new Set(["x", "y"])
        )(to)
        assert.strictEqual(found?.differences.length ?? Number.POSITIVE_INFINITY, Math.min(...list.map(counted)))
      })
    )
  })
})
