import { assert, describe, it } from "@effect/vitest"
import type { Schema } from "effect"
import * as fc from "fast-check"
import type { KeyRecord } from "../../src/domain/KeyRecord.ts"
import { differences } from "../../src/plan/Difference.ts"
import { artifact } from "./declared.ts"

const record = (fields: Partial<KeyRecord> = {}): KeyRecord => ({
  stage: "train",
  code: "code:1",
  config: {},
  inputs: {},
  ...fields
})
const configs = (from: Schema.Json, to: Schema.Json) =>
  differences(record({ config: from }), record({ config: to })).map((each) =>
    each.kind === "config" ? `${each.path}: ${each.from} → ${each.to}` : each.kind
  )

describe("differences of two records", () => {
  it("name the path of the config field, however deep", () => {
    assert.deepStrictEqual(configs({ train: { lambda: 1, lr: 0.1 } }, { train: { lambda: 2, lr: 0.1 } }), [
      "train.lambda: 1 → 2"
    ])
    assert.deepStrictEqual(configs({ layers: [512, 64] }, { layers: [512, 32, 8] }), [
      "layers.1: 64 → 32",
      "layers.2: (absent) → 8"
    ])
    assert.deepStrictEqual(configs({ a: { b: [{ c: "x" }] } }, { a: { b: [{ c: "y" }] } }), ['a.b.0.c: "x" → "y"'])
  })

  it("tell absent, null, text and kinds of values apart", () => {
    assert.deepStrictEqual(configs({ a: 1 }, {}), ["a: 1 → (absent)"])
    assert.deepStrictEqual(configs({}, { a: null }), ["a: (absent) → null"])
    assert.deepStrictEqual(configs({ a: 1 }, { a: "1" }), ['a: 1 → "1"'])
    assert.deepStrictEqual(configs({ a: null }, { a: { b: 1 } }), ['a: null → {"b":1}'])
    assert.deepStrictEqual(configs({ a: [1] }, { a: { "0": 1 } }), ['a: [1] → {"0":1}'])
    assert.deepStrictEqual(configs({ a: 1, b: 2 }, { b: 2, a: 1 }), [])
  })

  it("cover code, inputs and numerics", () => {
    const [x, y] = [artifact("x"), artifact("y")]
    assert.deepStrictEqual<unknown>(
      differences(
        record({ inputs: { a: x, gone: y, same: x }, numerics: "wasm" }),
        record({ code: "code:2", inputs: { a: y, added: x, same: x } })
      ),
      [
        { kind: "code", from: "code:1", to: "code:2" },
        { kind: "input", name: "a", from: x, to: y },
        { kind: "input", name: "added", from: undefined, to: x },
        { kind: "input", name: "gone", from: y, to: undefined },
        { kind: "numerics", from: "wasm", to: undefined }
      ]
    )
  })

  it("are none exactly for equal configs, and are the same seen from the other side", () => {
    const config = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Schema.Json>
    fc.assert(
      fc.property(config, config, (a, b) => {
        assert.deepStrictEqual(configs(a, structuredClone(a)), [])
        const there = differences(record({ config: a }), record({ config: b }))
        const back = differences(record({ config: b }), record({ config: a }))
        const turned = back.map((each) => ({ ...each, from: each.to, to: each.from }))
        assert.deepStrictEqual<unknown>(there, turned)
        const [one, two] = [JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))]
        assert.strictEqual(there.length === 0, sameJson(one, two))
      })
    )
  })
})

const sameJson = (a: unknown, b: unknown): boolean => {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
  return (
    left.size === right.size && [...left].every(([key, value]) => right.has(key) && sameJson(value, right.get(key)))
  )
}
