import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as fc from "fast-check"
import * as Artifact from "../../src/declare/Artifact.ts"
import * as External from "../../src/declare/External.ts"
import type { Node } from "../../src/declare/Node.ts"
import * as Select from "../../src/declare/Select.ts"
import * as Stage from "../../src/declare/Stage.ts"
import type { Measure } from "../../src/domain/Metrics.ts"
import { runStage } from "../../src/execute/RunStage.ts"
import { refusal } from "./refusal.ts"

const number = Artifact.json(Schema.Finite)
const rows = Stage.make("rows", {
  config: Schema.Struct({ part: Schema.String }),
  output: number,
  run: () => Effect.succeed(1)
})
const train = Stage.make("train", {
  config: Schema.Struct({ width: Schema.Int }),
  inputs: { rows: number },
  output: number,
  run: ({ rows }, { width }) => Effect.succeed(rows * width)
})
const measure = Stage.make("measure", {
  inputs: { model: number, rows: number },
  output: Artifact.metrics(["score", "size"]),
  run: ({ model }) => Effect.succeed({ score: { value: model }, size: { value: 1 } })
})
const choice = Select.choice("choice", { metric: "score", better: "higher" })
const lowest = Select.choice("lowest", { metric: "score", better: "lower" })
const chosen = Select.chosen("chosen", number)

/** The choice among candidates with these figures; a list of several is one candidate's figures over its nodes. */
const choose = (figures: ReadonlyArray<ReadonlyArray<Measure>>, stage = choice) =>
  Effect.map(
    runStage(
      stage,
      { validation: figures.flat().map((score) => ({ score })) },
      { candidates: figures.map(({ length }, at) => ({ label: `c${at}`, of: length })), rule: 1 }
    ),
    ({ output }) => output
  )
const of = (...values: ReadonlyArray<number | null>): ReadonlyArray<Measure> =>
  values.map((value) => (value === null ? { value, note: "one class" } : { value }))

describe("Select.choice", () => {
  it.effect("takes the best figure in its direction, and tells the next", () =>
    Effect.gen(function* () {
      const figures = [of(0.2), of(0.9), of(0.5)]
      const high = yield* choose(figures)
      assert.deepStrictEqual(
        [high.chosen, high.index, high.value, high.runnerUp, high.best],
        ["c1", 1, 0.9, { label: "c2", value: 0.5 }, ["c1"]]
      )
      const low = yield* choose(figures, lowest)
      assert.deepStrictEqual([low.chosen, low.runnerUp?.label], ["c0", "c2"])
      const one = yield* choose([of(0.5)])
      assert.deepStrictEqual([one.chosen, one.runnerUp], ["c0", null])
    })
  )

  it.effect("of equal figures takes the first given, and names them all", () =>
    Effect.gen(function* () {
      for (const stage of [choice, lowest]) {
        const { best, chosen, runnerUp } = yield* choose([of(0.5), of(0.5), of(0.5)], stage)
        assert.deepStrictEqual([chosen, runnerUp?.label, best], ["c0", "c1", ["c0", "c1", "c2"]])
      }
    })
  )

  it.effect("never takes an undefined figure, in any of its nodes", () =>
    Effect.gen(function* () {
      const { candidates, chosen } = yield* choose([of(0.9, null), of(0.1, 0.3), of(null, null)])
      assert.strictEqual(chosen, "c1")
      assert.deepStrictEqual(
        candidates.map(({ note, value }) => [value, note]),
        [
          [null, "one class (1 of 2 nodes)"],
          [0.2, undefined],
          [null, "one class (2 of 2 nodes)"]
        ]
      )
    })
  )

  it.effect("fails with every candidate's reason where none has a figure", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(choose([of(null), of(null)]))
      assert.instanceOf(failure, Select.NothingToChoose)
      assert.include(String(failure), 'no candidate has a validation figure "score": c0 (one class); c1 (one class)')
    })
  )

  it.effect("is the maximum of the means, whatever the order of the nodes", () =>
    Effect.gen(function* () {
      const means = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 3, maxLength: 3 })
      for (const lists of fc.sample(fc.array(means, { minLength: 1 }), 40)) {
        const sums = lists.map((list) => list.reduce((sum, value) => sum + value, 0))
        const found = yield* choose(lists.map((list) => of(...list)))
        assert.strictEqual(found.index, sums.indexOf(Math.max(...sums)))
        assert.deepStrictEqual(yield* choose(lists.map((list) => of(...list.toReversed()))), found)
      }
    })
  )
})

describe("Select.chosen", () => {
  it.effect("hands on the artifact of the candidate that was chosen", () =>
    Effect.gen(function* () {
      const found = yield* choose([of(0.2), of(0.9), of(0.5)])
      const given = yield* runStage(chosen, { choice: found, candidates: [10, 11, 12] })
      assert.strictEqual(given.output, 11)
      assert.deepStrictEqual(given.bytes, yield* number.encode(11))
    })
  )
})

const validation = rows.node({}, { part: "validation" })
const test = rows.node({}, { part: "test" })
const candidate = (width: number, trainedOn: Node<number> = rows.node({}, { part: "train" }), on = validation) => {
  const output = train.node({ rows: trainedOn }, { width })
  return { label: `width=${width}`, validation: measure.node({ model: output, rows: on }), output }
}
const best = (candidates: ReadonlyArray<ReturnType<typeof candidate>>) =>
  Select.best({ choice, chosen, candidates, heldOut: [test] })

describe("Select.best", () => {
  it("wires every candidate to the choice and to what hands it on", () => {
    const three = [1, 2, 3].map((width) => candidate(width))
    const { choice: made, output } = best(three)
    assert.deepStrictEqual(
      Object.values(made.inputs),
      three.map((each) => each.validation)
    )
    assert.deepStrictEqual(made.config, {
      candidates: [1, 2, 3].map((width) => ({ label: `width=${width}`, of: 1 })),
      rule: 1
    })
    assert.deepStrictEqual(Object.keys(output.inputs), ["choice", "candidates.0", "candidates.1", "candidates.2"])
  })

  it("takes several validation nodes a candidate", () => {
    const { output, validation } = candidate(1)
    const candidates = [{ label: "a", output, validation: [validation, candidate(2).validation] }]
    assert.deepStrictEqual(Select.best({ choice, chosen, candidates, heldOut: [test] }).choice.config, {
      candidates: [{ label: "a", of: 2 }],
      rule: 1
    })
  })

  it("refuses what depends on a held-out node, however it was built, with the way there", () => {
    const again = rows.node({}, { part: "test" })
    assert.include(
      refusal(() => best([candidate(1), candidate(2, undefined, again)])).message,
      'selection "choice": candidate "width=2" depends on a held-out node: rows → measure. Train it'
    )
    assert.include(refusal(() => best([candidate(1, again)])).message, "rows → train")
    const file = External.file("test.csv")
    const read = Stage.make("read", { inputs: { file: Artifact.file }, output: number, run: () => Effect.succeed(1) })
    const leaking = [candidate(1, read.node({ file: External.file("test.csv") }))]
    assert.include(
      refusal(() => Select.best({ choice, chosen, candidates: leaking, heldOut: [file] })).message,
      "test.csv → read → train"
    )
  })

  it("finds a leak at the end of ten thousand nodes", () => {
    let model: Node<number> = rows.node({}, { part: "train" })
    for (let at = 0; at < 10_000; at++) model = train.node({ rows: model }, { width: at })
    best([candidate(1, model)])
    let leaking: Node<number> = test
    for (let at = 0; at < 10_000; at++) leaking = train.node({ rows: leaking }, { width: at })
    assert.include(refusal(() => best([candidate(1, leaking)])).message, "rows → train → train → … → train")
  })

  it("refuses no candidates, one label twice and no held-out node", () => {
    assert.include(refusal(() => best([])).message, "at least one is needed")
    assert.include(refusal(() => best([candidate(1), candidate(1)])).message, 'two have the label "width=1"')
    const without = { choice, chosen, candidates: [candidate(1)], heldOut: [] }
    // @ts-expect-error without a held-out node
    assert.include(refusal(() => Select.best(without)).message, "name the nodes of the test part")
    const { label, output } = candidate(1)
    assert.include(
      refusal(() => Select.best({ choice, chosen, candidates: [{ label, output, validation: [] }], heldOut: [test] }))
        .message,
      'candidate "width=1": validation: at least one node'
    )
  })
})
