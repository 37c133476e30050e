import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as fc from "fast-check"
import type { Point } from "../../src/declare/Grid.ts"
import * as CellId from "../../src/domain/CellId.ts"
import * as Only from "../../src/session/Only.ts"

const points: ReadonlyArray<Point> = ["agnostic", "aware-joint"].flatMap((method) =>
  [1, 0.5].flatMap((lambda) => [0, 1].map((seed) => ({ method, lambda, seed, deep: null })))
)
const parsed = (given: ReadonlyArray<string>) => Effect.map(Only.parse(given), Only.selectionOf)
const chosen = (...given: ReadonlyArray<string>) =>
  Effect.map(parsed(given), (selection) => points.filter((point) => Only.matches(selection, point)).length)
const refusal = (...given: ReadonlyArray<string>) =>
  parsed(given).pipe(
    Effect.flatMap((selection) => Only.check(selection, points)),
    Effect.flip,
    Effect.map((error) => error.message)
  )

describe("--only", () => {
  it.effect("values of one axis are alternatives, axes are combined", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* chosen(), 8)
      assert.strictEqual(yield* chosen("method=agnostic"), 4)
      assert.strictEqual(yield* chosen("method=agnostic,seed=0"), 2)
      assert.strictEqual(yield* chosen("method=agnostic", "seed=0"), 2)
      assert.strictEqual(yield* chosen("method=agnostic,aware-joint,seed=0"), 4)
      assert.strictEqual(yield* chosen("method=agnostic,method=aware-joint"), 8)
      assert.strictEqual(yield* chosen("lambda=0.5,seed=1,deep=null,method=agnostic"), 1)
      assert.strictEqual(yield* chosen("seed=7"), 0)
    })
  )

  it.effect("a value may hold =, and axes are kept in the order given", () =>
    Effect.map(parsed(["b=x=y,z", "a=1"]), (selection) =>
      assert.deepStrictEqual<unknown>(
        [...selection],
        [
          ["b", ["x=y", "z"]],
          ["a", ["1"]]
        ]
      )
    )
  )

  it.effect("names any label, as it is printed", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(fc.string({ unit: fc.constantFrom(",", "=", '"', "\\", " ", "a", "'", "\n") }), {
            minLength: 1
          }),
          async (labels) => {
            for (const label of labels) {
              const selection = await Effect.runPromise(parsed([CellId.format([["k", label]])]))
              assert.deepStrictEqual(
                labels.filter((k) => Only.matches(selection, { k })),
                [label]
              )
            }
            const all = await Effect.runPromise(parsed([CellId.format(labels.map((label) => ["k", label]))]))
            assert.isTrue(labels.every((k) => Only.matches(all, { k })))
          }
        )
      )
    )
  )

  it.effect("says how a label with a comma is written", () =>
    Effect.gen(function* () {
      const commas = [{ k: "a,b" }, { k: "c" }]
      const message = yield* parsed(["k=a,b"]).pipe(
        Effect.flatMap((selection) => Only.check(selection, commas)),
        Effect.flip
      )
      assert.include(
        message.message,
        'Its values are "a,b", c. A label with a comma, a quote or a backslash stands in quotes'
      )
    })
  )

  it.effect("refuses what is no axis=value, an unknown axis and an unknown value, and suggests", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* refusal("agnostic"), 'only: it takes axis=value, found "agnostic"')
      assert.strictEqual(yield* refusal(""), 'only: it takes axis=value, found ""')
      assert.strictEqual(yield* refusal("=agnostic"), 'only: it takes axis=value, found "=agnostic"')
      assert.strictEqual(
        yield* refusal("metod=agnostic"),
        'only: there is no axis "metod". Did you mean "method"? The axes are method, lambda, seed, deep'
      )
      assert.strictEqual(
        yield* refusal("method=agnstic"),
        'only: axis "method" has no value "agnstic". Did you mean "agnostic"? Its values are agnostic, aware-joint'
      )
      assert.include(yield* refusal("method=agnostic,seed=9"), 'axis "seed" has no value "9"')
      assert.include(yield* refusal("toString=1"), 'there is no axis "toString"')
    })
  )

  it.effect("accepts what is there", () =>
    Effect.gen(function* () {
      yield* Only.check(yield* parsed(["method=agnostic,lambda=0.5,deep=null"]), points)
    })
  )

  it.effect("lists at most twenty values", () =>
    Effect.gen(function* () {
      const many = Array.from({ length: 30 }, (_, seed) => ({ seed }))
      const { message } = yield* Effect.flip(Only.check(yield* parsed(["seed=x"]), many))
      assert.isTrue(message.endsWith("18, 19, …"), message)
    })
  )

  it.effect("as data: a value, or several, of any of a label's types", () =>
    Effect.gen(function* () {
      const count = (only: Only.Only) => points.filter((point) => Only.matches(Only.selectionOf(only), point)).length
      assert.strictEqual(count({}), 8)
      assert.strictEqual(count({ method: "agnostic", seed: 0 }), 2)
      assert.strictEqual(count({ method: ["agnostic", "aware-joint"], lambda: [0.5], deep: null }), 4)
      assert.strictEqual(count({ lambda: "0.5" }), 4)
      yield* Only.check(Only.selectionOf({ lambda: [1, 0.5], seed: 1, deep: null }), points)
      const unknown = yield* Effect.flip(Only.check(Only.selectionOf({ lambda: 2 }), points))
      assert.include(unknown.message, 'axis "lambda" has no value "2"')
    })
  )

  it.effect.prop(
    "what a selection prints as is read as the same selection",
    [Schema.Record(Schema.NonEmptyString, Schema.NonEmptyArray(Schema.String))],
    ([only]) =>
      Effect.gen(function* () {
        const selection = Only.selectionOf(only)
        const text = Only.format(selection)
        const again = yield* parsed(text === "" ? [] : [text])
        assert.deepStrictEqual(new Map([...again].sort()), new Map([...selection].sort()), Only.format(selection))
      })
  )
})
