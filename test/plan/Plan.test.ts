import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as External from "../../src/declare/External.ts"
import type { AnyNode } from "../../src/declare/Node.ts"
import type { ArtifactHash } from "../../src/domain/Hash.ts"
import { keyOf } from "../../src/plan/Keys.ts"
import * as Plan from "../../src/plan/Plan.ts"
import { artifact, code, dagOf, lookupOf, planOf, runAll, sourcesOf, stage } from "./declared.ts"

const load = stage("load")
const clean = stage("clean", ["x"])
const train = stage("train", ["x"])
const join = stage("join", ["x", "y"])

/** Two variants that share their data: load → clean → train. */
const variants = (lambdas: ReadonlyArray<number>) =>
  dagOf(...lambdas.map((lambda) => train.node({ x: clean.node({ x: load.node() }) }, { lambda })))

const states = (plan: Plan.Plan) => plan.dag.nodes.map((node, at) => `${node.id} ${plan.status[at]}`)

describe("the plan", () => {
  it("with nothing known: what has its inputs runs, the rest is undecided", () => {
    const plan = planOf(variants([1, 2]), sourcesOf(variants([1, 2])))
    assert.deepStrictEqual(states(plan), ["load#0 run", "clean#1 undecided", "train#2 undecided", "train#3 undecided"])
    assert.deepStrictEqual(plan.counts, { hit: 0, run: 1, undecided: 3 })
    assert.isString(plan.keys[0])
    assert.deepStrictEqual(plan.keys.slice(1), [undefined, undefined, undefined])
    assert.deepStrictEqual(plan.artifacts, [undefined, undefined, undefined, undefined])
  })

  it("with everything known: all hits, and a new variant runs alone", () => {
    const known = variants([1, 2])
    const results = new Map<string, ArtifactHash>()
    assert.deepStrictEqual(
      runAll(known, results, sourcesOf(known, results), (node) => node.id),
      ["load#0", "clean#1", "train#2", "train#3"]
    )
    const again = planOf(known, sourcesOf(known, results))
    assert.deepStrictEqual(again.counts, { hit: 4, run: 0, undecided: 0 })
    assert.deepStrictEqual(
      again.artifacts,
      known.nodes.map((node) => artifact(node.id))
    )
    const grown = variants([2, 1, 5])
    const plan = planOf(grown, sourcesOf(grown, results))
    assert.deepStrictEqual(states(plan), ["load#0 hit", "clean#1 hit", "train#2 hit", "train#3 hit", "train#4 run"])
  })

  it("changed code runs its stage; what is downstream is undecided, and known where the result comes out as before", () => {
    const dag = variants([1, 2])
    const results = new Map<string, ArtifactHash>()
    runAll(dag, results, sourcesOf(dag, results), (node) => node.id)
    const sources = sourcesOf(dag, results, { code: code(dag, { clean: "code:new" }) })
    assert.deepStrictEqual(states(planOf(dag, sources)), [
      "load#0 hit",
      "clean#1 run",
      "train#2 undecided",
      "train#3 undecided"
    ])
    // Early cutoff: the new code gives the old result.
    assert.deepStrictEqual(
      runAll(dag, results, sources, (node) => node.id),
      ["clean#1"]
    )
    assert.deepStrictEqual(planOf(dag, sources).counts, { hit: 4, run: 0, undecided: 0 })
    // Other code, another result: now everything downstream runs.
    const other = sourcesOf(dag, results, { code: code(dag, { clean: "code:other" }) })
    assert.deepStrictEqual(
      runAll(dag, results, other, (node) => `${node.id} again`),
      ["clean#1", "train#2", "train#3"]
    )
  })

  it("a forced stage runs although it is known, and leaves what depends on it undecided", () => {
    const dag = variants([1])
    const results = new Map<string, ArtifactHash>()
    runAll(dag, results, sourcesOf(dag, results), (node) => node.id)
    const sources = sourcesOf(dag, results, { force: new Set(["clean"]) })
    const plan = planOf(dag, sources)
    assert.deepStrictEqual(states(plan), ["load#0 hit", "clean#1 run", "train#2 undecided"])
    assert.isString(plan.keys[1])
    assert.isUndefined(plan.artifacts[1])
  })

  it("a file enters by its content, not its path", () => {
    const results = new Map<string, ArtifactHash>()
    const at = (path: string) => dagOf(train.node({ x: External.file(path) }))
    const sources = (content: string) => sourcesOf(at("f"), results, { externals: [artifact(content)] })
    runAll(at("f"), results, sources("one"), (node) => node.id)
    assert.deepStrictEqual(planOf(at("moved/f"), sources("one")).status, ["hit"])
    assert.deepStrictEqual(planOf(at("f"), sources("two")).status, ["run"])
  })

  it("asks the store only for keys that are known", () => {
    const dag = variants([1, 2])
    const asked: Array<string | undefined> = []
    const lookup = (key: string) => {
      asked.push(key)
      return undefined
    }
    const plan = planOf(dag, sourcesOf(dag, new Map(), { lookup }))
    assert.deepStrictEqual<unknown>(asked, [plan.keys[0]])
  })

  it.effect.prop(
    "asks once a level, and says of any DAG what one look-up after the other says",
    [
      Schema.Array(Schema.Tuple([Schema.Int, Schema.Int, Schema.Boolean])).check(
        Schema.isMinLength(1),
        Schema.isMaxLength(20)
      )
    ],
    ([shape]) =>
      Effect.gen(function* () {
        const nodes: Array<AnyNode> = []
        for (const [a, b] of shape) {
          const wired = (at: number) => nodes[Math.abs(at) % nodes.length] ?? load.node()
          nodes.push(nodes.length === 0 ? load.node() : join.node({ x: wired(a), y: wired(b) }, nodes.length))
        }
        const dag = dagOf(...nodes)
        const results = new Map<string, ArtifactHash>()
        runAll(dag, results, sourcesOf(dag, results), (node) => node.id)
        for (const [at, key] of [...results.keys()].entries()) if (shape[at]?.[2] === true) results.delete(key)
        const sources = sourcesOf(dag, results, { force: new Set(shape[0]?.[2] === true ? ["load"] : []) })
        let asked = 0
        const plan = yield* Plan.make(dag, sources, (keys) => {
          asked++
          return lookupOf(sources)(keys)
        })
        const levels: Array<number> = []
        const known: Array<ArtifactHash | undefined> = []
        for (const node of dag.nodes) {
          levels.push(Math.max(0, ...node.inputs.map(({ index }) => (levels[index] ?? 0) + 1)))
          const inputs = Plan.inputArtifacts(node, known, [])
          const key = inputs === undefined ? undefined : keyOf(node, Plan.codeOf(node, sources.code), inputs)
          const isForced = node.stage.name === "load" && sources.force?.has("load") === true
          known.push(key === undefined || isForced ? undefined : results.get(key))
          assert.strictEqual(plan.keys[node.index], key)
          assert.strictEqual(plan.artifacts[node.index], known.at(-1))
          const state = key === undefined ? "undecided" : known.at(-1) === undefined ? "run" : "hit"
          assert.strictEqual(plan.status[node.index], state)
        }
        assert.isAtMost(asked, Math.max(...levels) + 1)
        const { hit, run, undecided } = plan.counts
        assert.strictEqual(hit + run + undecided, dag.nodes.length)
        assert.strictEqual(hit, known.filter((each) => each !== undefined).length)
      })
  )
})
