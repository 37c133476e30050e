import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as Setting from "../../src/declare/Setting.ts"

const settings = Schema.Struct({
  seeds: Setting.make(Schema.Int.check(Schema.isGreaterThan(0)), 5),
  day: Setting.make(Schema.DateFromString, "1970-01-02T00:00:00.000Z"),
  train: Setting.group({
    lambda: Setting.make(Schema.Finite, 1),
    inner: Setting.group({ depth: Setting.make(Schema.Int, 3) })
  })
})
const decode = Schema.decodeUnknownSync(settings)

describe("settings", () => {
  it("need not be given: every one has its default, at every depth, given as the schema encodes it", () => {
    assert.deepStrictEqual(decode({}), {
      seeds: 5,
      day: new Date(86_400_000),
      train: { lambda: 1, inner: { depth: 3 } }
    })
  })

  it("one given changes that one only", () => {
    const { train } = decode({ train: { inner: { depth: 9 } } })
    assert.deepStrictEqual(train, { lambda: 1, inner: { depth: 9 } })
    assert.strictEqual(decode({ seeds: 2 }).seeds, 2)
  })

  it("refuse what their schema refuses, with the path", () => {
    assert.throws(() => decode({ seeds: 0 }), /seeds/)
    assert.throws(() => decode({ train: { inner: { depth: 1.5 } } }), /train[\s\S]*inner[\s\S]*depth/)
  })
})
