import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Canonical from "../../src/plan/Canonical.ts"

/** Strings with everything that has ever confused an encoder: separators, digits, lone surrogates, tags. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom(
    "",
    "a",
    "ab",
    "NaN",
    "-0",
    "0",
    "n",
    "u",
    "s1:a",
    "\ud800",
    "\udc00",
    "\ufffd",
    "\ud800\udc00",
    "é",
    "e\u0301"
  )
)

/** Plain data of every kind, nested. */
const plain: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    text,
    fc.double(),
    fc.integer(),
    fc.bigInt(),
    fc.boolean(),
    fc.constantFrom<unknown>(null, undefined, 0, -0, Number.NaN),
    fc.uint8Array({ maxLength: 4 }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(text, tie("value"), { maxKeys: 4 })
  )
})).value

/** Whether two values are the same plain data: an oracle written without any encoding. */
const same = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false
  if (a instanceof Uint8Array || b instanceof Uint8Array)
    return (
      a instanceof Uint8Array &&
      b instanceof Uint8Array &&
      a.length === b.length &&
      a.every((byte, at) => byte === b[at])
    )
  if (Array.isArray(a) || Array.isArray(b))
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((each, at) => same(each, b[at]))
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
  return left.size === right.size && [...left].every(([key, value]) => right.has(key) && same(value, right.get(key)))
}

const shuffled = (value: unknown, by: (keys: Array<string>) => Array<string>): unknown => {
  if (Array.isArray(value)) return value.map((each) => shuffled(each, by))
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value
  const fields = new Map(Object.entries(value))
  return Object.fromEntries(by([...fields.keys()]).map((key) => [key, shuffled(fields.get(key), by)]))
}

describe("the canonical encoding", () => {
  it("is injective: two values share an encoding exactly if they are the same", () => {
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        assert.strictEqual(Canonical.encode(a) === Canonical.encode(b), same(a, b))
      }),
      { numRuns: 1500 }
    )
  })

  it("no two of a thousand generated values collide", () => {
    const values = fc.sample(plain, { numRuns: 1000, seed: 1 })
    const byEncoding = new Map<string, unknown>()
    for (const value of values) {
      const encoding = Canonical.encode(value)
      if (byEncoding.has(encoding)) assert.isTrue(same(byEncoding.get(encoding), value), encoding)
      byEncoding.set(encoding, value)
    }
    assert.isAbove(byEncoding.size, 300)
  })

  it("strings of arbitrary code units never collide, alone or side by side", () => {
    const units = fc
      .array(fc.integer({ min: 0xd7fe, max: 0xe001 }), { maxLength: 4 })
      .map((codes) => String.fromCharCode(...codes))
    fc.assert(
      fc.property(fc.array(units, { maxLength: 3 }), fc.array(units, { maxLength: 3 }), (a, b) => {
        const bytes = (each: unknown) => Buffer.from(Canonical.encode(each), "utf8").toString("hex")
        assert.strictEqual(bytes(a) === bytes(b), same(a, b))
      }),
      { numRuns: 1000 }
    )
  })

  const different: ReadonlyArray<readonly [string, unknown, unknown]> = [
    ["where one string ends and the next begins", ["ab", "c"], ["a", "bc"]],
    ["lists inside lists", [["a"], "b"], [["a", "b"]]],
    ["zero and minus zero", 0, -0],
    ["NaN and its name", Number.NaN, "NaN"],
    ["infinity and its name", Number.POSITIVE_INFINITY, "Infinity"],
    ["null and undefined", null, undefined],
    ["an undefined field and a missing one", { a: undefined }, {}],
    ["an undefined field and a null one", { a: undefined }, { a: null }],
    ["an undefined item and a missing one", [undefined], []],
    ["a number and its text", 1, "1"],
    ["a number and a bigint", 1, 1n],
    ["true and its text", true, "true"],
    ["two lone surrogates", "\ud800", "\ud801"],
    ["a lone surrogate and what UTF-8 makes of it", "\ud800", "\ufffd"],
    ["a lone surrogate and its escape", "\ud800", '"\\ud800"'],
    ["bytes and a list of numbers", new Uint8Array([1]), [1]],
    ["bytes and their hexadecimal digits", new Uint8Array([1]), "01"],
    ["an empty list and an empty object", [], {}],
    ["a list and an object with its indices", ["a"], { "0": "a" }],
    ["keys and values", { a: "b" }, { b: "a" }],
    ["composed and decomposed letters", "é", "e\u0301"]
  ]
  for (const [what, a, b] of different)
    it(`tells apart ${what}`, () => {
      const [one, two] = [Canonical.encode(a), Canonical.encode(b)]
      assert.notStrictEqual(one, two)
      assert.notStrictEqual(Canonical.encode({ x: a }), Canonical.encode({ x: b }))
      assert.notDeepEqual(Buffer.from(one, "utf8"), Buffer.from(two, "utf8"))
    })

  it("does not depend on the order of keys, at any depth", () => {
    fc.assert(
      fc.property(plain, (value) => {
        const expected = Canonical.encode(value)
        assert.strictEqual(Canonical.encode(shuffled(value, (keys) => keys.reverse())), expected)
        assert.strictEqual(Canonical.encode(shuffled(value, (keys) => keys.sort().reverse())), expected)
      })
    )
  })

  it("is put together from encoded pieces as from the whole", () => {
    fc.assert(
      fc.property(fc.dictionary(text, plain, { maxKeys: 5 }), (value) => {
        const entries = Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, field]) => [key, Canonical.encode(field)] as const)
        assert.strictEqual(Canonical.mapOf(entries), Canonical.encode(value))
      })
    )
    assert.strictEqual(Canonical.ofString("ü"), Canonical.encode("ü"))
  })

  it("a Buffer is its bytes", () =>
    assert.strictEqual(Canonical.encode(Buffer.from([1, 2])), Canonical.encode(new Uint8Array([1, 2]))))

  it("refuses what is no plain data, with the path to it", () => {
    class Model {}
    const cases: ReadonlyArray<readonly [unknown, string]> = [
      [() => 1, "the value is a function"],
      [{ a: [1, { b: Symbol("s") }] }, "a[1].b is a symbol"],
      [[new Date(0)], "[0] is an instance of Date"],
      [{ m: new Map() }, "m is an instance of Map"],
      [{ a: { model: new Model() } }, "a.model is an instance of Model"],
      [new Float32Array(1), "the value is an instance of Float32Array"]
    ]
    for (const [value, message] of cases)
      assert.throws(
        () => Canonical.encode(value),
        `${message}; expected plain data (JSON values, undefined, bigint, bytes)`
      )
  })
})
