import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { causeLines } from "../../src/cli/Causes.ts"
import * as External from "../../src/declare/External.ts"
import type { ArtifactHash } from "../../src/domain/Hash.ts"
import type { CodeManifest } from "../../src/plan/CodeHash.ts"
import type { Dag } from "../../src/plan/Dag.ts"
import { keyOfRecord, recordOf } from "../../src/plan/Keys.ts"
import * as Plan from "../../src/plan/Plan.ts"
import { told, tracesFor } from "../../src/session/Explanations.ts"
import type { OpenedExperiment } from "../../src/session/OpenExperiment.ts"
import { type PreparedArtifact, Sqlite } from "../../src/store/index.ts"
import { artifact, code, dagOf, stage } from "../plan/declared.ts"
import { commitOf, find, inlineArtifact, ports, runRecord, temporary } from "../store/rig.ts"

const load = stage("load")
const train = stage("train", ["data"])
const chain = (rows: number, lambda: number) =>
  dagOf(train.node({ data: load.node({}, { rows }) }, { train: { lambda } }))

type Changed = Partial<Plan.Sources> & { readonly at?: number; readonly result?: string }

/** Commits every node of the DAG that is not known, as a run at the given time would. */
const computed = (dag: Dag, changed: Changed = {}) =>
  Effect.gen(function* () {
    const store = yield* ports
    const codes = changed.code ?? code(dag)
    const artifacts: Array<ArtifactHash | undefined> = []
    for (const node of dag.nodes) {
      const inputs = Plan.inputArtifacts(node, artifacts, changed.externals ?? []) ?? []
      const record = recordOf(node, Plan.codeOf(node, codes), inputs)
      const key = keyOfRecord(record)
      const made: PreparedArtifact = inlineArtifact(`${changed.result ?? ""}${node.id}${JSON.stringify(node.config)}`)
      const known = yield* find(store, key)
      artifacts.push(known ?? made.hash)
      if (known !== undefined) continue
      const { execution, trace } = commitOf("", made, node.stage.name, changed.at ?? 1000)
      yield* store.traces.commit({
        trace: { ...trace, key, record: JSON.stringify(record) },
        artifact: made,
        execution: { ...execution, key }
      })
    }
  })

/** A code of which nothing but its text is known. */
const codeManifest = (readable: string): CodeManifest => ({
  readable,
  packages: [],
  reached: [],
  assets: [],
  services: [],
  numerics: [],
  variables: []
})

/** The lines about the DAG's last node. */
const lines = (dag: Dag, changed: Changed & { readonly readable?: { readonly [identity: string]: string } } = {}) =>
  Effect.gen(function* () {
    const store = yield* ports
    const sources: Plan.Sources = {
      code: changed.code ?? code(dag),
      externals: changed.externals ?? [],
      ...(changed.force === undefined ? {} : { force: changed.force })
    }
    const { readable = {} } = changed
    // What explaining asks of an opened experiment.
    const opened = {
      experiment: { name: "study" },
      shown: "study.ts",
      dag,
      sources,
      plan: yield* Plan.make(dag, sources, store.traces.lookup),
      readSources: () => Effect.succeed(undefined),
      readCode: (hash: string) =>
        Effect.sync(() => {
          const code = readable[hash]
          return code === undefined ? undefined : codeManifest(code)
        })
    } as unknown as OpenedExperiment
    const [explanation] = yield* told(opened, yield* tracesFor(dag.nodes), [dag.nodes.length - 1])
    return causeLines(explanation ?? assert.fail("nothing is explained"))
  })

const inFreshStore = <A, E>(use: Effect.Effect<A, E, Sqlite.Ports>) =>
  Effect.gen(function* () {
    const dir = yield* temporary
    return yield* Effect.provide(use, Sqlite.layer({ dir, mode: "read-write" }), { local: true })
  })
const short = (name: string) => `${artifact(name).slice(0, 8)}…`
const region = (file: string, ...code: ReadonlyArray<string>) =>
  [`//#region ${file}`, ...code, "//#endregion", "// effect@4.1.0", ""].join("\n")

describe("what `ablate why` prints", () => {
  it.live("of a stage that was never computed, and of one that waits", () =>
    inFreshStore(
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* lines(dagOf(load.node())), ["  nothing of this stage has been computed before"])
        yield* computed(chain(1, 1))
        const waiting = yield* lines(chain(2, 1))
        assert.deepStrictEqual(waiting, ["  waits for load#0; it runs only if that comes out differently"])
        const forced = yield* lines(chain(1, 1), { force: new Set(["train"]) })
        assert.deepStrictEqual(forced, ["  forced by --force train"])
      })
    )
  )

  it.live("of a config field", () =>
    inFreshStore(
      Effect.gen(function* () {
        yield* computed(chain(1, 1))
        assert.deepStrictEqual(yield* lines(chain(1, 2)), ["  config train.lambda 1 → 2"])
      })
    )
  )

  it.live("of an input, with what made it differ below", () =>
    inFreshStore(
      Effect.gen(function* () {
        yield* computed(chain(1, 1), { at: 1000 })
        yield* computed(dagOf(load.node({}, { rows: 2 })), { at: 2000 })
        const [first, second, ...others] = yield* lines(chain(2, 1))
        assert.match(first ?? "", /^ {2}input data: artifact [0-9a-f]{8}… → [0-9a-f]{8}… \(from load\)$/)
        assert.strictEqual(second, "    config rows 1 → 2")
        assert.deepStrictEqual(others, [])
      })
    )
  )

  it.live("of a long chain, by its ends", () =>
    inFreshStore(
      Effect.gen(function* () {
        const step = stage("step", ["x"])
        const long = (rows: number) => {
          let last = load.node({}, { rows })
          for (let at = 0; at < 1500; at++) last = step.node({ x: last }, {})
          return dagOf(last)
        }
        yield* computed(long(1), { at: 1000, result: "old" })
        yield* computed(long(2), { at: 2000, result: "new" })
        const told = (yield* lines(long(2))).map((line) => line.replace(/artifact .*…/, "artifact …"))
        assert.deepStrictEqual(told, [
          "  input x: artifact … (from step)",
          "    input x: artifact … (from step)",
          "      … 1,497 more inputs, each because of the next …",
          "      input x: artifact … (from load)",
          "        config rows 1 → 2"
        ])
      })
    )
  )

  it.live("of a file, by its path", () =>
    inFreshStore(
      Effect.gen(function* () {
        for (const path of ["words.bin", "data/words"]) {
          const dag = dagOf(train.node({ data: External.file(path) }, { path }))
          yield* computed(dag, { externals: [artifact("old")] })
          assert.deepStrictEqual(yield* lines(dag, { externals: [artifact("new")] }), [
            `  file ${path}: content ${short("old")} → ${short("new")} (input data)`
          ])
        }
      })
    )
  )

  it.live("of numerics", () =>
    inFreshStore(
      Effect.gen(function* () {
        const on = (numerics: string) => dagOf(stage("numeric", [], numerics).node())
        yield* computed(on("wasm-1"))
        assert.deepStrictEqual(yield* lines(on("tfjs-4")), ["  numerics wasm-1 → tfjs-4"])
      })
    )
  )

  it.live("of code: a diff by file, or a sentence where there is none to show", () =>
    inFreshStore(
      Effect.gen(function* () {
        const dag = dagOf(load.node())
        const as = (identity: string) => ({ code: code(dag, { load: identity }) })
        yield* computed(dag, as("code:aaaaaaaaaa"))
        const readable = {
          aaaaaaaaaa: region("stages/load.ts", "const n = 1"),
          bbbbbbbbbb: region("stages/load.ts", "const n = 2")
        }
        assert.deepStrictEqual(yield* lines(dag, { ...as("code:bbbbbbbbbb"), readable }), [
          "  code stages/load.ts",
          "    @@ -1,1 +1,1 @@",
          "    -const n = 1",
          "    +const n = 2"
        ])
        const [gone] = yield* lines(dag, { ...as("code:bbbbbbbbbb"), readable: { bbbbbbbbbb: readable.bbbbbbbbbb } })
        assert.strictEqual(gone, "  code aaaaaaaa… → bbbbbbbb… (the earlier code is no longer in the cache)")
        const [same] = yield* lines(dag, {
          ...as("code:bbbbbbbbbb"),
          readable: { aaaaaaaaaa: readable.aaaaaaaaaa, bbbbbbbbbb: readable.aaaaaaaaaa }
        })
        assert.include(same ?? "", "what is named the same is another thing")
      })
    )
  )

  it.live("of a declared version", () =>
    inFreshStore(
      Effect.gen(function* () {
        const dag = dagOf(load.node())
        yield* computed(dag, { code: code(dag, { load: "version:1" }) })
        const [line] = yield* lines(dag, { code: code(dag, { load: "version:2" }) })
        assert.match(line ?? "", /^ {2}code .*1.* → .*2/)
      })
    )
  )

  it.live("of a node that is known: what was there before its run", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* ports
        yield* store.history.startRun(runRecord("one", { startedAt: 900 }))
        yield* computed(chain(1, 1), { at: 1000 })
        assert.deepStrictEqual(yield* lines(chain(1, 1)), [
          "  nothing of this stage had been computed before the run that computed it"
        ])
        yield* store.history.startRun(runRecord("two", { startedAt: 1900 }))
        // Both in the second run: the one is no earlier computation of the other.
        yield* computed(chain(1, 2), { at: 2000 })
        yield* computed(chain(1, 3), { at: 2001 })
        assert.deepStrictEqual(yield* lines(chain(1, 3)), ["  config train.lambda 1 → 3"])
      })
    )
  )

  it.live("records of another format are passed over", () =>
    inFreshStore(
      Effect.gen(function* () {
        const store = yield* ports
        yield* store.traces.commit(commitOf("odd", inlineArtifact("odd"), "load"))
        const traces = yield* tracesFor(dagOf(load.node()).nodes)
        assert.deepStrictEqual(traces.get("load"), [])
      })
    )
  )
})
