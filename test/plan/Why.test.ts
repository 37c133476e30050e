import { assert, describe, it } from "@effect/vitest"
import * as External from "../../src/declare/External.ts"
import type { ArtifactHash, Key } from "../../src/domain/Hash.ts"
import type { Dag } from "../../src/plan/Dag.ts"
import { keyOfRecord, recordOf } from "../../src/plan/Keys.ts"
import * as Plan from "../../src/plan/Plan.ts"
import { explainer, type KnownTrace, nodesOfCell } from "../../src/plan/Why.ts"
import { artifact, code, dagOf, type Known, planOf, sourcesOf, stage } from "./declared.ts"

const load = stage("load")
const clean = stage("clean", ["rows"])
const train = stage("train", ["data"])
const numeric = stage("numeric", [], "wasm-1")

/** A store of traces, with the time of each counted up. */
const history = () => {
  const traces: Array<KnownTrace & { readonly stage: string }> = []
  const lookup = (key: Key): ArtifactHash | undefined => traces.find((trace) => trace.key === key)?.artifact
  return {
    traces: (name: string) => traces.filter((trace) => trace.stage === name).reverse(),
    lookup,
    /** Runs what is not known, in order; artifacts are named by `result`. */
    run: (dag: Dag, sources: Plan.Sources, result: (id: string) => string) => {
      const artifacts: Array<ArtifactHash | undefined> = []
      for (const node of dag.nodes) {
        const inputs = Plan.inputArtifacts(node, artifacts, sources.externals) ?? []
        const record = recordOf(node, Plan.codeOf(node, sources.code), inputs)
        const key = keyOfRecord(record)
        const known = lookup(key)
        const made = known ?? artifact(result(node.id))
        artifacts.push(made)
        if (known === undefined)
          traces.push({ stage: node.stage.name, key, artifact: made, record, at: traces.length + 1 })
      }
    }
  }
}

const chain = (rows: number, lambda: number) =>
  dagOf(train.node({ data: clean.node({ rows: load.node({}, { rows }) }, {}) }, { train: { lambda } }))

/** Explains the last node of `dag`. */
const why = (store: ReturnType<typeof history>, dag: Dag, options: Partial<Known> = {}) => {
  const sources = sourcesOf(dag, new Map(), { lookup: store.lookup, ...options })
  return explainer(planOf(dag, sources), sources, store.traces)(dag.nodes.length - 1)
}

describe("why a node runs", () => {
  it("first: nothing of its stage was ever computed", () => {
    const explanation = why(history(), dagOf(load.node()))
    assert.deepStrictEqual(explanation, {
      node: "load#0",
      stage: "load",
      status: "run",
      verdict: "first",
      causes: [],
      waitsFor: []
    })
  })

  it("waits: an input has to run first, and it says which", () => {
    const store = history()
    store.run(chain(1, 1), sourcesOf(chain(1, 1)), (id) => id)
    const explanation = why(store, chain(2, 1))
    assert.strictEqual(explanation.verdict, "waits")
    assert.strictEqual(explanation.status, "undecided")
    assert.deepStrictEqual(explanation.waitsFor, ["clean#1"])
  })

  it("first, and waiting for its input", () => {
    const explanation = why(history(), chain(1, 1))
    assert.deepStrictEqual([explanation.status, explanation.verdict], ["undecided", "first"])
    assert.deepStrictEqual(explanation.waitsFor, ["clean#1"])
  })

  it("same: it is known and was computed once only", () => {
    const store = history()
    store.run(chain(1, 1), sourcesOf(chain(1, 1)), (id) => id)
    const explanation = why(store, chain(1, 1))
    assert.deepStrictEqual([explanation.status, explanation.verdict], ["hit", "same"])
  })

  it("differs: the smallest difference to the nearest earlier computation, by its path", () => {
    const store = history()
    store.run(chain(1, 1), sourcesOf(chain(1, 1)), (id) => `first ${id}`)
    store.run(chain(7, 9), sourcesOf(chain(7, 9)), (id) => `second ${id}`)
    const explanation = why(store, chain(1, 2))
    assert.strictEqual(explanation.verdict, "differs")
    assert.strictEqual(explanation.status, "run")
    assert.deepStrictEqual<unknown>(explanation.causes, [
      { difference: { kind: "config", path: "train.lambda", from: "1", to: "2" }, because: [] }
    ])
    assert.strictEqual(explanation.nearest?.key, store.traces("train").at(-1)?.key)
  })

  it("a node that is known is compared with what was there before it, not after", () => {
    const store = history()
    for (const lambda of [1, 2, 3]) store.run(chain(1, lambda), sourcesOf(chain(1, lambda)), (id) => id)
    const explanation = why(store, chain(1, 2))
    assert.strictEqual(explanation.status, "hit")
    assert.deepStrictEqual<unknown>(explanation.causes, [
      { difference: { kind: "config", path: "train.lambda", from: "1", to: "2" }, because: [] }
    ])
  })

  it("a differing input is followed upstream to its cause", () => {
    const store = history()
    store.run(chain(1, 1), sourcesOf(chain(1, 1)), (id) => `old ${id}`)
    const dag = chain(2, 1)
    store.run(dag, sourcesOf(dag), (id) => `new ${id}`)
    assert.deepStrictEqual<unknown>(why(store, dag).causes, [
      {
        difference: { kind: "input", name: "data", from: artifact("old clean#1"), to: artifact("new clean#1") },
        source: "clean",
        because: [
          {
            difference: { kind: "input", name: "rows", from: artifact("old load#0"), to: artifact("new load#0") },
            source: "load",
            because: [{ difference: { kind: "config", path: "rows", from: "1", to: "2" }, because: [] }]
          }
        ]
      }
    ])
  })

  it("changed code, here or upstream", () => {
    const store = history()
    const dag = chain(1, 1)
    store.run(dag, sourcesOf(dag), (id) => `old ${id}`)
    const here = why(store, dag, { code: code(dag, { train: "code:2" }) })
    const difference = { kind: "code", from: "version:train-1", to: "code:2" }
    assert.deepStrictEqual<unknown>(here.causes, [{ difference, because: [] }])
    const changed = { code: code(dag, { load: "code:2" }) }
    store.run(dag, sourcesOf(dag, new Map(), changed), (id) => `new ${id}`)
    const upstream = why(store, dag, changed)
    assert.deepStrictEqual<unknown>(upstream.causes[0]?.because[0]?.because, [
      { difference: { kind: "code", from: "version:load-1", to: "code:2" }, because: [] }
    ])
  })

  it("other numerics", () => {
    const store = history()
    const other = stage("numeric", [], "tfjs-node-4")
    store.run(dagOf(other.node()), sourcesOf(dagOf(other.node())), (id) => id)
    assert.deepStrictEqual<unknown>(why(store, dagOf(numeric.node())).causes, [
      { difference: { kind: "numerics", from: "tfjs-node-4", to: "wasm-1" }, because: [] }
    ])
  })

  it("a changed file is named by its path and marked as a file, wherever it lies", () => {
    for (const path of ["vectors", "data/words", "/data/words.bin"]) {
      const store = history()
      const dag = dagOf(train.node({ data: External.file(path) }))
      store.run(dag, sourcesOf(dag, new Map(), { externals: [artifact("old")] }), (id) => id)
      assert.deepStrictEqual<unknown>(why(store, dag, { externals: [artifact("new")] }).causes, [
        {
          difference: { kind: "input", name: "data", from: artifact("old"), to: artifact("new") },
          because: [],
          source: path,
          outside: "file"
        }
      ])
    }
  })

  it("forced: it runs whatever is known", () => {
    const store = history()
    store.run(chain(1, 1), sourcesOf(chain(1, 1)), (id) => id)
    const explanation = why(store, chain(1, 1), { force: new Set(["train"]) })
    assert.deepStrictEqual([explanation.status, explanation.verdict, explanation.causes], ["run", "forced", []])
  })

  it("siblings of the run that computed it are no earlier computations", () => {
    const store = history()
    store.run(chain(1, 1), sourcesOf(chain(1, 1)), (id) => id)
    const grown = dagOf(
      ...[2, 3].map((lambda) =>
        train.node({ data: clean.node({ rows: load.node({}, { rows: 1 }) }, {}) }, { train: { lambda } })
      )
    )
    store.run(grown, sourcesOf(grown), (id) => id)
    // Both were computed in a run that began at time 4: the nearest one before it has λ = 1.
    const sources = sourcesOf(grown, new Map(), { lookup: store.lookup })
    const traces = (name: string) => store.traces(name).map((trace) => (trace.at >= 4 ? { ...trace, since: 4 } : trace))
    assert.deepStrictEqual<unknown>(explainer(planOf(grown, sources), sources, traces)(3).causes, [
      { difference: { kind: "config", path: "train.lambda", from: "1", to: "3" }, because: [] }
    ])
  })
})

describe("why on a long chain", () => {
  const long = (length: number, rows: number) => {
    let last = load.node({}, { rows })
    for (let at = 0; at < length; at++) last = clean.node({ rows: last }, {})
    return dagOf(train.node({ data: last }, {}))
  }
  const changed = (length: number) => {
    const store = history()
    const [before, after] = [long(length, 1), long(length, 2)]
    store.run(before, sourcesOf(before), (id) => `old ${id}`)
    store.run(after, sourcesOf(after), (id) => `new ${id}`)
    return { after, store }
  }

  it("tells the ends of the way and how much is left out between them", () => {
    const { after, store } = changed(100)
    const [cause] = why(store, after).causes
    const told: Array<readonly [string, number | undefined]> = []
    for (let at = cause; at !== undefined; at = at.because[0]) {
      const { difference } = at
      told.push([difference.kind === "input" ? `${difference.name} from ${at.source}` : difference.kind, at.skipped])
    }
    assert.deepStrictEqual(told, [
      ["data from clean", undefined],
      ["rows from clean", undefined],
      ["rows from load", 98],
      ["config", undefined]
    ])
  })

  it("compares in proportion to its length, for every node of it", () => {
    const compared = (length: number) => {
      const { after, store } = changed(length)
      let reads = 0
      const counted = new Map(
        after.stages.map(({ name }) => [
          name,
          store.traces(name).map(
            (trace): KnownTrace => ({
              key: trace.key,
              artifact: trace.artifact,
              at: trace.at,
              since: trace.at <= after.nodes.length ? 1 : after.nodes.length + 1,
              get record() {
                reads++
                return trace.record
              }
            })
          )
        ])
      )
      const sources = sourcesOf(after, new Map(), { lookup: store.lookup })
      const explain = explainer(planOf(after, sources), sources, (name) => counted.get(name) ?? [])
      for (const node of after.nodes) assert.strictEqual(explain(node.index).verdict, "differs")
      return reads
    }
    const [short, twice] = [compared(200), compared(400)]
    assert.isAtMost(twice, 2.5 * short)
    assert.isAtMost(twice, 400 * 12)
  })

  it("compares in proportion to its length where it has not run yet, and where every node's code changed", () => {
    const { store } = changed(300)
    const dag = long(300, 3)
    const sources = sourcesOf(dag, new Map(), { lookup: store.lookup, code: code(dag, { clean: "code:2" }) })
    const explain = explainer(planOf(dag, sources), sources, store.traces)
    const told = dag.nodes.map((node) => explain(node.index))
    assert.deepStrictEqual(
      told.map(({ verdict }) => verdict),
      ["differs", ...Array.from({ length: 301 }, () => "waits")]
    )
    assert.deepStrictEqual<unknown>(told[200]?.causes, [
      { difference: { kind: "code", from: "version:clean-1", to: "code:2" }, because: [] }
    ])
  })

  it("tells one change of code behind many nodes once", () => {
    const store = history()
    const dag = long(50, 1)
    store.run(dag, sourcesOf(dag), (id) => `old ${id}`)
    const sources = { code: code(dag, { clean: "code:2" }) }
    store.run(dag, sourcesOf(dag, new Map(), sources), (id) => `new ${id}`)
    const runs = (name: string) =>
      store.traces(name).map((trace) => ({ ...trace, since: trace.at <= dag.nodes.length ? 1 : dag.nodes.length + 1 }))
    assert.deepStrictEqual<unknown>(why({ ...store, traces: runs }, dag, sources).causes[0]?.because, [
      { difference: { kind: "code", from: "version:clean-1", to: "code:2" }, because: [] }
    ])
  })

  it("ends on a ladder, where every node has two ways to the one before it", () => {
    const pair = stage("pair", ["a", "b"])
    const ladder = (rows: number) => {
      let last = load.node({}, { rows })
      for (let at = 0; at < 60; at++) last = pair.node({ a: last, b: clean.node({ rows: last }, {}) }, {})
      return dagOf(last)
    }
    const store = history()
    for (const rows of [1, 2]) store.run(ladder(rows), sourcesOf(ladder(rows)), (id) => `${rows} ${id}`)
    const causes = why(store, ladder(2)).causes
    assert.deepStrictEqual(
      causes.map(({ difference }) => (difference.kind === "input" ? difference.name : difference.kind)),
      ["a", "b"]
    )
    assert.include(JSON.stringify(causes), '"path":"rows"')
  })
})

describe("the nodes of a cell", () => {
  it("are those it needs, inputs first", () => {
    const shared = load.node()
    const dag = dagOf(clean.node({ rows: shared }, 1), train.node({ data: shared }, 2))
    assert.deepStrictEqual(
      [0, 1].map((cell) => nodesOfCell(dag, cell).map((node) => node.id)),
      [
        ["load#0", "clean#1"],
        ["load#0", "train#2"]
      ]
    )
  })
})
