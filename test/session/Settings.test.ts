import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as Experiment from "../../src/declare/Experiment.ts"
import * as Grid from "../../src/declare/Grid.ts"
import * as Pipeline from "../../src/declare/Pipeline.ts"
import * as Setting from "../../src/declare/Setting.ts"
import * as Settings from "../../src/session/Settings.ts"

const pipeline = Pipeline.make("p", Schema.Struct({}), () => ({}))
const grid = Grid.axes({ k: [1] })
const study = Experiment.make("study", {
  pipeline,
  grid,
  settings: Schema.Struct({
    seeds: Setting.make(Schema.Int.check(Schema.isGreaterThan(0)), 5),
    train: Setting.group({
      lambda: Setting.make(Schema.Finite, 1),
      layers: Setting.make(Schema.Array(Schema.Int), [8]),
      optimiser: Setting.make(Schema.Literals(["adam", "sgd"]), "adam")
    }),
    words: Setting.group({
      path: Setting.make(Schema.NullOr(Schema.String), null),
      lower: Setting.make(Schema.Boolean, true)
    })
  })
})
const defaults = {
  seeds: 5,
  train: { lambda: 1, layers: [8], optimiser: "adam" },
  words: { path: null, lower: true }
}
/** As typed. */
const decode = (given: { readonly [path: string]: string }) =>
  Effect.map(Settings.decode(study, Settings.recorded(given)), ({ value }) => value)
const refusal = (given: { readonly [path: string]: string }) =>
  Effect.map(Effect.flip(decode(given)), (error) => error.message)

describe("--set", () => {
  it.effect("without it every setting has its default", () =>
    Effect.map(decode({}), (settings) => assert.deepStrictEqual<unknown>(settings, defaults))
  )

  it.effect("changes what it names and nothing else, at any depth", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual<unknown>(yield* decode({ seeds: "2" }), { ...defaults, seeds: 2 })
      assert.deepStrictEqual<unknown>(yield* decode({ "train.lambda": "2", "train.layers": "[4,2]" }), {
        ...defaults,
        train: { ...defaults.train, lambda: 2, layers: [4, 2] }
      })
      assert.deepStrictEqual<unknown>(yield* decode({ train: '{"lambda":3}' }), {
        ...defaults,
        train: { ...defaults.train, lambda: 3 }
      })
    })
  )

  it.effect("a text needs no quotes, even where it reads like another value", () =>
    Effect.gen(function* () {
      for (const [text, value] of [
        ["/data/words.bin", "/data/words.bin"],
        ["", ""],
        ["5", "5"],
        ["true", "true"],
        ['"quoted"', "quoted"]
      ] as const)
        assert.deepStrictEqual<unknown>(yield* decode({ "words.path": text }), {
          ...defaults,
          words: { path: value, lower: true }
        })
      // Where null is a value, null is meant.
      assert.deepStrictEqual<unknown>(yield* decode({ "words.path": "null" }), defaults)
    })
  )

  it.effect("a text that reads like a number beside a number", () =>
    Effect.map(decode({ "words.path": "5", seeds: "2" }), (settings) =>
      assert.deepStrictEqual<unknown>(settings, { ...defaults, seeds: 2, words: { path: "5", lower: true } })
    )
  )

  it.effect("refuses an unknown path, naming those there are, with the nearest", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* refusal({ "train.lamda": "2" }),
        'setting train.lamda: experiment "study" has no such setting. Did you mean "train.lambda"? Its settings are seeds, train.lambda, train.layers, train.optimiser, words.path, words.lower'
      )
      for (const path of ["lambda", "train.lambda.x", "train.", "toString", "__proto__.x"])
        assert.include(yield* refusal({ [path]: "2" }), `setting ${path}: experiment "study" has no such setting.`)
    })
  )

  it.effect("refuses a value that the schema refuses, with path, value and what is expected, in one line", () =>
    Effect.gen(function* () {
      for (const [path, value, expected] of [
        ["seeds", "0", /greater than 0/],
        ["seeds", "many", /seeds/],
        ["train.lambda", "fast", /lambda/],
        ["train.optimiser", "adm", /"adam"[\s\S]*"sgd"/],
        ["train.layers", "[1.5]", /layers/],
        ["words.lower", "yes", /lower/],
        ["train", '{"lamda":1}', /lamda/],
        ["train", "5", /train/]
      ] as const) {
        const message = yield* refusal({ [path]: value })
        assert.isTrue(message.startsWith(`setting ${path}=${value}: `), message)
        assert.match(message, expected)
        assert.notInclude(message, "\n")
      }
    })
  )

  it.effect("an experiment without settings has none", () =>
    Effect.gen(function* () {
      const plain = Experiment.make("plain", { pipeline, grid })
      assert.deepStrictEqual<unknown>((yield* Settings.decode(plain, {})).value, {})
      assert.strictEqual(
        (yield* Effect.flip(Settings.decode(plain, { a: "1" }))).message,
        'setting a: experiment "plain" has no such setting. Its settings are none'
      )
    })
  )

  it.effect("a setting without a default is the experiment's mistake", () =>
    Effect.gen(function* () {
      const wrong = Experiment.make("wrong", { pipeline, grid, settings: Schema.Struct({ n: Schema.Int }) })
      const { message } = yield* Effect.flip(Settings.decode(wrong, {}))
      assert.match(message, /^experiment "wrong": a setting has no default: .*n/)
    })
  )
})

describe("settings as data", () => {
  const value = (given: Settings.GivenSettings) => Effect.map(Settings.decode(study, given), (each) => each.value)

  it.effect("are decoded by the schema as they are: a text is a text", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual<unknown>(
        yield* value({ seeds: 2, "train.layers": [4, 2], "words.path": "5", "words.lower": false }),
        { seeds: 2, train: { ...defaults.train, layers: [4, 2] }, words: { path: "5", lower: false } }
      )
      assert.deepStrictEqual<unknown>(yield* value({ train: { lambda: 3 }, "words.path": null }), {
        ...defaults,
        train: { ...defaults.train, lambda: 3 }
      })
      const refused = yield* Effect.flip(value({ "train.lambda": "2" }))
      assert.match(refused.message, /^setting train.lambda="2": /)
    })
  )

  it.effect("are recorded as they can be typed, whoever gave them how", () =>
    Effect.gen(function* () {
      const given = (settings: Settings.GivenSettings) =>
        Effect.map(Settings.decode(study, settings), (each) => each.given)
      const typed = Settings.recorded({
        seeds: "2",
        "words.path": "5",
        "train.optimiser": "sgd",
        "train.layers": "[4, 2]"
      })
      const data = { seeds: 2, "words.path": "5", "train.optimiser": "sgd", "train.layers": [4, 2] }
      const printed = { seeds: "2", "words.path": '"5"', "train.optimiser": "sgd", "train.layers": "[4,2]" }
      assert.deepStrictEqual<unknown>(yield* given(typed), printed)
      assert.deepStrictEqual<unknown>(yield* given(data), printed)
      assert.deepStrictEqual<unknown>(yield* value(Settings.recorded(yield* given(data))), yield* value(data))
    })
  )

  it.effect.prop("any text is read back from what it is recorded as", [Schema.String], ([text]) =>
    Effect.gen(function* () {
      const { given, value: decoded } = yield* Settings.decode(study, { "words.path": text })
      assert.deepStrictEqual<unknown>(yield* value(Settings.recorded(given)), decoded)
    })
  )
})
