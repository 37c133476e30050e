/** A run leaves its plan as one record; the next run with the same plan asks the store for nothing else. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Grid from "../../src/declare/Grid.ts"
import type { Key } from "../../src/domain/Hash.ts"
import type { RunEvent } from "../../src/domain/RunEvent.ts"
import * as Run from "../../src/execute/Run.ts"
import type * as Plan from "../../src/plan/Plan.ts"
import * as MarkedPlan from "../../src/session/MarkedPlan.ts"
import { TraceStore } from "../../src/store/index.ts"
import { findStage, inlineOnly, programOf } from "../execute/executors.ts"
import { code, dagOf, stage } from "../plan/declared.ts"
import { doors, type Given, media } from "../store/media.ts"

const load = stage("load", [], undefined, "inline")
const score = stage("score", ["x"], undefined, "inline")
const dag = dagOf(...Grid.axes({ k: [1, 2, 3] }).points.map(({ k }) => score.node({ x: load.node() }, k)))

/** Plans and runs; gives what was looked up and told. */
const runOnce = (options: { readonly force?: string; readonly countsCached?: boolean } = {}) =>
  Effect.gen(function* () {
    const store = yield* doors
    const asked: Array<Key> = []
    const sources: Plan.Sources = {
      code: code(dag),
      externals: [],
      force: new Set(options.force === undefined ? [] : [options.force])
    }
    const counting = TraceStore.of({
      ...store.traces,
      lookup: (keys) => {
        asked.push(...keys)
        return store.traces.lookup(keys)
      }
    })
    const { mark, plan } = yield* Effect.provideService(MarkedPlan.planOf(dag, sources), TraceStore, counting)
    const askedByPlan = asked.length
    const events: Array<RunEvent> = []
    const result = yield* Run.run({
      experiment: "study",
      file: "experiments/study.ts",
      settings: {},
      only: "",
      axes: [],
      plan,
      ...(mark === undefined ? {} : { mark }),
      sources,
      externals: [],
      program: "none",
      findStage,
      version: "0.0.0",
      emit: (event) => events.push(event),
      countsCached: options.countsCached === true,
      root: "/nowhere"
    }).pipe(Effect.provide(inlineOnly(programOf(dag.stages)), { local: true }))
    const { executed, cached, id } = result.run
    return {
      askedByPlan,
      isKept: mark?.isKept,
      counts: [executed, cached],
      told: events.filter(({ _tag }) => _tag === "NodeCached"),
      given: result.cells,
      recorded: yield* store.history.cellsOf(id),
      keys: yield* store.history.keysOf(id),
      plan
    }
  })

for (const [name, medium] of media)
  describe(`a plan with its mark on ${name}`, () => {
    const inFreshStore = <A, E>(use: Effect.Effect<A, E, Given>) =>
      Effect.flatMap(medium, ({ layer }) => Effect.provide(use, layer, { local: true }))

    it.live("is answered by one record after a run in which every node became known", () =>
      inFreshStore(
        Effect.gen(function* () {
          const first = yield* runOnce()
          const again = yield* runOnce()
          assert.deepStrictEqual([first.isKept, first.askedByPlan, first.counts], [false, 1, [4, 0]])
          assert.deepStrictEqual([again.isKept, again.askedByPlan, again.counts], [true, 0, [0, 4]])
          assert.deepStrictEqual(again.given, first.given)
          assert.deepStrictEqual(again.recorded, first.recorded)
          assert.deepStrictEqual(again.keys, first.keys)
          assert.strictEqual(again.told.length, 4)
          assert.deepStrictEqual((yield* runOnce({ countsCached: true })).told, [])
        })
      )
    )

    it.live("is made by look-ups again once a trace is lost, and runs what is lost", () =>
      inFreshStore(
        Effect.gen(function* () {
          const store = yield* doors
          const [lost] = (yield* runOnce()).plan.keys
          assert.isDefined(lost)
          if (lost !== undefined) yield* store.traces.remove(lost)
          const mended = yield* runOnce()
          assert.deepStrictEqual([mended.isKept, mended.counts], [false, [1, 3]])
          assert.isTrue((yield* runOnce()).isKept)
        })
      )
    )

    it.live("has none where a stage is forced: then what is kept is no answer", () =>
      inFreshStore(
        Effect.gen(function* () {
          yield* runOnce()
          const forced = yield* runOnce({ force: "load" })
          assert.deepStrictEqual([forced.isKept, forced.counts], [undefined, [1, 3]])
        })
      )
    )
  })
