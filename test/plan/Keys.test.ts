import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as fc from "fast-check"
import { Key } from "../../src/domain/Hash.ts"
import { KeyRecord } from "../../src/domain/KeyRecord.ts"
import { keyOf, keyOfRecord, recordOf } from "../../src/plan/Keys.ts"
import { artifact, dagOf, stage } from "./declared.ts"

const decodeRecord = Schema.decodeUnknownSync(Schema.fromJsonString(KeyRecord))
const nodeOf = (name: string, inputs: ReadonlyArray<string>, config: Schema.Json, numerics?: string) => {
  const source = stage("source")
  const made = stage(name, inputs, numerics)
  const dag = dagOf(made.node(Object.fromEntries(inputs.map((input, at) => [input, source.node({}, at)])), config))
  return dag.nodes.at(-1) ?? assert.fail("no node")
}

describe("keys", () => {
  it("are the hash of the record, put together from pieces as from the whole", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[a-z][A-Za-z0-9_é]{0,5}$/), { maxLength: 4 }),
        fc.jsonValue(),
        fc.option(fc.string(), { nil: undefined }),
        fc.string(),
        (names, config, numerics, code) => {
          const node = nodeOf("stage", names, config as Schema.Json, numerics)
          const inputs = node.inputNames.map((name) => artifact(name))
          const record = recordOf(node, code, inputs)
          const key = keyOf(node, code, inputs)
          assert.strictEqual(key, keyOfRecord(record))
          assert.isTrue(Schema.is(Key)(key))
          // What the store keeps leads back to the key.
          if (!hasMinusZero(config)) assert.strictEqual(keyOfRecord(decodeRecord(JSON.stringify(record))), key)
        }
      ),
      { numRuns: 200 }
    )
  })

  it("stay what they are: a changed encoding would make every cache a miss", () => {
    const node = nodeOf("train", ["y", "x"], { lambda: 0.5, layers: [8, 4] }, "wasm-1")
    const [x, y] = [artifact("x"), artifact("y")]
    const record =
      "m5:" +
      "s4:codes6:code:c" +
      "s6:configm2:s6:lambdad0.5;s6:layersl2:d8;d4;" +
      `s6:inputsm2:s1:xs64:${x}s1:ys64:${y}` +
      "s8:numericss6:wasm-1" +
      "s5:stages5:train"
    const expected = createHash("sha256").update(`ablate-key-1${record}`).digest("hex")
    assert.strictEqual(keyOf(node, "code:c", [x, y]), expected)
  })

  it("change with each part of the record, and with nothing else", () => {
    const inputs = [artifact("1")]
    const key = keyOf(nodeOf("s", ["x"], { a: 1 }, "n"), "code:c", inputs)
    const others = [
      keyOf(nodeOf("t", ["x"], { a: 1 }, "n"), "code:c", inputs),
      keyOf(nodeOf("s", ["y"], { a: 1 }, "n"), "code:c", inputs),
      keyOf(nodeOf("s", ["x"], { a: 2 }, "n"), "code:c", inputs),
      keyOf(nodeOf("s", ["x"], { a: 1, b: null }, "n"), "code:c", inputs),
      keyOf(nodeOf("s", ["x"], { a: 1 }, "m"), "code:c", inputs),
      keyOf(nodeOf("s", ["x"], { a: 1 }), "code:c", inputs),
      keyOf(nodeOf("s", ["x"], { a: 1 }, "n"), "version:c", inputs),
      keyOf(nodeOf("s", ["x"], { a: 1 }, "n"), "code:c", [artifact("2")])
    ]
    assert.strictEqual(new Set([key, ...others]).size, 9)
    assert.strictEqual(keyOf(nodeOf("s", ["x"], { a: 1 }, "n"), "code:c", [...inputs]), key)
  })

  it("a record without numerics has no such field", () => {
    const record = recordOf(nodeOf("s", [], {}), "code:c", [])
    assert.deepStrictEqual(record, { stage: "s", code: "code:c", config: {}, inputs: {} })
  })
})

const hasMinusZero = (value: unknown): boolean =>
  Object.is(value, -0) ||
  (typeof value === "object" && value !== null && Object.values(value).some((each) => hasMinusZero(each)))
