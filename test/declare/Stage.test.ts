import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as Artifact from "../../src/declare/Artifact.ts"
import { DeclarationError } from "../../src/declare/DeclarationError.ts"
import * as External from "../../src/declare/External.ts"
import type { AnyNode } from "../../src/declare/Node.ts"
import * as Stage from "../../src/declare/Stage.ts"
import { refusal } from "./refusal.ts"

const number = Artifact.json(Schema.Finite)
const source = Stage.make("source", { output: number, run: () => Effect.succeed(1) })
const scale = Stage.make("math/scale", {
  config: Schema.Struct({ factor: Schema.Finite, label: Schema.optionalKey(Schema.String) }),
  inputs: { x: number },
  output: number,
  run: ({ x }, { factor }) => Effect.succeed(x * factor)
})

/** The stage as a caller without types sees it. */
const untyped = (stage: { readonly node: unknown }) =>
  stage.node as (inputs: { readonly [name: string]: AnyNode }, config?: unknown) => AnyNode

describe("Stage.make", () => {
  it("fills in the defaults and keeps what is given", () => {
    const { pool, retries, timeout, version, inputs } = source
    assert.deepStrictEqual(
      { pool, retries, timeout, version, inputs },
      { pool: "worker", retries: 0, timeout: undefined, version: undefined, inputs: {} }
    )
    const custom = Stage.make("custom", {
      output: number,
      run: () => Effect.succeed(1),
      pool: "inline",
      retries: 2,
      timeout: "3 seconds",
      version: "7"
    })
    assert.strictEqual(custom.pool, "inline")
    assert.strictEqual(custom.retries, 2)
    assert.strictEqual(custom.timeout, "3 seconds")
    assert.strictEqual(custom.version, "7")
  })

  it("accepts names of lower-case letters, digits, -, _ and /, and refuses others by name", () => {
    for (const name of ["a", "eec/corpus", "train_2/x-y", "0"])
      assert.strictEqual(Stage.make(name, { output: number, run: () => Effect.succeed(1) }).name, name)
    for (const name of ["", "Corpus", "a b", "/a", "-a", "a#1", "a.b", "é"]) {
      const error = refusal(() => Stage.make(name, { output: number, run: () => Effect.succeed(1) }))
      assert.strictEqual(error.subject, `stage "${name}"`)
      assert.include(error.problem, "lower-case letters")
      assert.include(error.problem, JSON.stringify(name))
      assert.strictEqual(error.message, `stage "${name}": ${error.problem}`)
    }
  })

  it("is recognised among other values", () => {
    assert.isTrue(Stage.isStage(source))
    for (const other of [null, undefined, 1, "stage", {}, () => source, number, source.node({})])
      assert.isFalse(Stage.isStage(other))
  })
})

describe("stage.node", () => {
  it("holds the stage, its wires and the encoded config; building it runs nothing", () => {
    let runs = 0
    const counted = Stage.make("counted", {
      output: number,
      run: () => Effect.sync(() => ++runs)
    })
    const upstream = counted.node({})
    const node = scale.node({ x: upstream }, { factor: 2 })
    assert.strictEqual(node._tag, "StageNode")
    assert.strictEqual(node.stage, scale)
    assert.strictEqual(node.inputs.x, upstream)
    assert.deepStrictEqual(node.config, { factor: 2 })
    assert.isUndefined(node.numerics)
    assert.strictEqual(runs, 0)
  })

  it("encodes the config to JSON and keeps only the declared fields", () => {
    const dated = Stage.make("dated", {
      config: Schema.Struct({ day: Schema.Date, tags: Schema.ReadonlySet(Schema.String), rate: Schema.Number }),
      output: number,
      run: () => Effect.succeed(1)
    })
    const config = { day: new Date(0), tags: new Set(["a"]), rate: Number.NaN, extra: "not declared" }
    const node = dated.node({}, config)
    assert.deepStrictEqual(node.config, { day: "1970-01-01T00:00:00.000Z", tags: ["a"], rate: "NaN" })
    assert.deepStrictEqual(JSON.parse(JSON.stringify(node.config)), node.config)
  })

  it("decodes the encoded config again to what was given", () => {
    const set = Stage.make("set", {
      config: Schema.Struct({ tags: Schema.ReadonlySet(Schema.String) }),
      output: number,
      run: () => Effect.succeed(1)
    })
    const node = set.node({}, { tags: new Set(["b", "a"]) })
    assert.deepStrictEqual(Schema.decodeUnknownSync(set.config)(node.config), { tags: new Set(["b", "a"]) })
  })

  it("may be left out where every config field may", () => {
    const lenient = Stage.make("lenient", {
      config: Schema.Struct({ note: Schema.optionalKey(Schema.String) }),
      output: number,
      run: () => Effect.succeed(1)
    })
    assert.deepStrictEqual(lenient.node({}).config, {})
  })

  it("asks the stage which numerics a config needs", () => {
    const numeric = Stage.make("numeric", {
      config: Schema.Struct({ backend: Schema.String }),
      output: number,
      run: () => Effect.succeed(1),
      numerics: ({ backend }) => `${backend}-1`
    })
    assert.strictEqual(numeric.node({}, { backend: "wasm" }).numerics, "wasm-1")
  })

  it("takes a user's file where the input is a file", () => {
    const reader = Stage.make("reader", { inputs: { f: Artifact.file }, output: number, run: () => Effect.succeed(1) })
    const file = External.file("a.txt")
    assert.strictEqual(reader.node({ f: file }).inputs.f, file)
  })

  it("refuses a missing wire, a wire too many, and a config its schema refuses, naming stage and field", () => {
    const x = source.node({})
    assert.strictEqual(
      refusal(() => untyped(scale)({}, { factor: 1 })).message,
      'stage "math/scale": input "x" is not wired'
    )
    assert.strictEqual(
      refusal(() => untyped(scale)({ x, y: x }, { factor: 1 })).message,
      'stage "math/scale": there is no input "y"; its inputs are x'
    )
    assert.strictEqual(
      refusal(() => untyped(source)({ y: x })).message,
      'stage "source": there is no input "y"; its inputs are none'
    )
    for (const config of [{}, { factor: "2" }, { factor: Number.NaN }, null]) {
      const error = refusal(() => untyped(scale)({ x }, config))
      assert.instanceOf(error, DeclarationError)
      assert.strictEqual(error.subject, 'stage "math/scale"')
      assert.match(error.problem, /^config refused: /)
      if (config !== null) assert.include(error.problem, "factor")
    }
  })
})

describe("a list input", () => {
  const sum = Stage.make("math/sum", {
    inputs: { terms: Artifact.list(number), offset: number },
    output: number,
    run: ({ offset, terms }) => Effect.succeed(terms.reduce((total, term) => total + term, offset))
  })
  const x = source.node({})

  it("is wired with an array of nodes, each under the list's name and its place", () => {
    const y = scale.node({ x }, { factor: 2 })
    const { inputs } = sum.node({ terms: [x, y], offset: x })
    assert.deepStrictEqual(Object.keys(inputs).sort(), ["offset", "terms.0", "terms.1"])
    assert.strictEqual(inputs["terms.1"], y)
    assert.deepStrictEqual(Object.keys(sum.node({ terms: [], offset: x }).inputs), ["offset"])
    assert.strictEqual(Stage.inputArtifact(sum, "terms.1"), number)
    assert.strictEqual(Stage.inputArtifact(sum, "offset"), number)
  })

  it("gives its values in the order of the wires, however many there are", () => {
    for (const count of [0, 1, 2, 11, 101]) {
      const terms = Array.from({ length: count }, (_, at) => at)
      const wired = Object.fromEntries([["offset", -1], ...terms.map((at) => [`terms.${at}`, at] as const)].reverse())
      assert.deepStrictEqual(Stage.inputValues(sum, wired), { terms, offset: -1 })
    }
  })

  it("refuses one node for an array and an array for one node, naming the input", () => {
    const loose = sum.node as unknown as (inputs: { readonly [name: string]: unknown }) => AnyNode
    assert.include(refusal(() => loose({ terms: x, offset: x })).problem, 'input "terms" takes an array of nodes')
    assert.include(refusal(() => loose({ terms: [x], offset: [x] })).problem, 'input "offset" takes one node')
    const single = scale.node as unknown as (inputs: { readonly [name: string]: unknown }, config: unknown) => AnyNode
    assert.include(refusal(() => single({ x: [x] }, { factor: 1 })).problem, 'input "x" takes one node')
    assert.include(refusal(() => loose({ offset: x })).problem, 'input "terms" is not wired')
  })

  it("needs input names without a dot", () => {
    const dotted = refusal(() =>
      Stage.make("dotted", { inputs: { "a.0": number }, output: number, run: () => Effect.succeed(1) })
    )
    assert.include(dotted.problem, '"a.0"')
  })
})
