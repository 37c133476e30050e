import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Dag from "../../src/plan/Dag.ts"
import { fingerprint } from "../../src/plan/Fingerprint.ts"
import * as Plan from "../../src/plan/Plan.ts"
import { artifact, cell, code, dagOf, type Known, planOf, sourcesOf, stage } from "./declared.ts"

const load = stage("load")
const clean = stage("clean", ["x"])
const both = stage("both", ["x", "y"])

const of = (dag: Dag.Dag, options: Partial<Known> = {}) => fingerprint(dag, sourcesOf(dag, new Map(), options))

/** Loads and cleans with a config each; the result of two of them. */
const study = (a: number, b: number, isSwapped = false) => {
  const left = clean.node({ x: load.node({}, a) }, a)
  const right = clean.node({ x: load.node({}, b) }, b)
  return both.node(isSwapped ? { x: right, y: left } : { x: left, y: right })
}

describe("the fingerprint of a plan", () => {
  it("is that of an equal plan built anew, whatever the order of wires", () => {
    assert.strictEqual(of(dagOf(study(1, 2))), of(dagOf(study(1, 2))))
    const x = load.node({}, 1)
    const y = load.node({}, 2)
    assert.strictEqual(of(dagOf(x, y, both.node({ x, y }))), of(dagOf(x, y, both.node({ y, x }))))
  })

  it("is another for every change of what a key or a cell is made of", () => {
    const dag = dagOf(study(1, 2))
    const numerics = (id: string) => dagOf(stage("n", [], id).node())
    const different = [
      of(dag),
      of(dagOf(study(1, 3))),
      of(dagOf(study(1, 2, true))),
      of(dagOf(study(1, 2), load.node({}, 1))),
      of(dag, { code: code(dag, { load: "version:load-2" }) }),
      of(dag, { code: code(dag, { both: "version:both-2" }) }),
      of(dag, { externals: [artifact("a file")] }),
      of(dag, { externals: [artifact("the file, changed")] }),
      of(Dag.build([cell("other", { out: study(1, 2) })])),
      of(Dag.build([cell("c0", { metrics: study(1, 2) })])),
      of(dagOf(stage("both", ["x", "z"]).node({ x: load.node({}, 1), z: load.node({}, 2) }))),
      of(dagOf(stage("both", ["x", "y"]).node({ x: load.node({}, 1), y: load.node({}, 2) }))),
      of(numerics("engine-1")),
      of(numerics("engine-2"))
    ]
    assert.strictEqual(new Set(different).size, different.length)
  })

  it("agrees only where the keys of all nodes do, whatever their inputs came to", () => {
    const numbers = fc.tuple(fc.nat(2), fc.nat(2), fc.boolean())
    const keys = (dag: Dag.Dag) =>
      planOf(dag, sourcesOf(dag, new Map(), { lookup: (key) => artifact(`of ${key}`) })).keys
    fc.assert(
      fc.property(numbers, numbers, (first, second) => {
        const [one, other] = [dagOf(study(...first)), dagOf(study(...second))]
        const isSame = JSON.stringify(keys(one)) === JSON.stringify(keys(other))
        assert.strictEqual(of(one) === of(other), isSame)
      })
    )
  })
})

describe("a plan that is known as a whole", () => {
  const dag = dagOf(study(1, 2), study(2, 3))
  const sources = sourcesOf(dag, new Map(), { lookup: (key) => artifact(`of ${key}`) })

  it("says what a look-up for every node says", () => {
    const asked = planOf(dag, sources)
    const bytes = Plan.packed(asked.artifacts)
    assert.isDefined(bytes)
    const known = bytes === undefined ? undefined : Plan.known(dag, sources, bytes)
    assert.deepStrictEqual(
      [known?.status, known?.keys, known?.artifacts, known?.counts],
      [asked.status, asked.keys, asked.artifacts, asked.counts]
    )
  })

  it("is none with an artifact too few, nor where one is not known", () => {
    assert.isUndefined(Plan.known(dag, sources, new Uint8Array(32)))
    assert.isUndefined(Plan.packed([artifact("a"), undefined]))
  })
})
