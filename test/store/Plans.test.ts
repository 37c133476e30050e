/** A plan that is known as a whole is answered by one row, for as long as no trace is lost. */
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect, Exit } from "effect"
import { RunId } from "../../src/domain/Hash.ts"
import type { StoreService } from "../../src/store/index.ts"
import { commitOf, inlineArtifact, inStore, keyOf, runRecord, temporary } from "./rig.ts"

const first = RunId.make("first")
const second = RunId.make("second")
const cells = [{ cell: "a=1", outputs: { metrics: inlineArtifact("x").hash }, nodes: [0] }]
const bytes = Buffer.from(inlineArtifact("x").hash, "hex")

/** Two nodes, and a run of a plan with the first of them. */
const kept = Effect.fnUntraced(function* (store: StoreService, id = "plan", losses?: number) {
  yield* store.commit(commitOf("x", inlineArtifact("x")))
  yield* store.commit(commitOf("y", inlineArtifact("y")))
  yield* store.startRun(runRecord("e", { id: first })).pipe(Effect.ignore)
  yield* store.recordCells(first, cells)
  yield* store.recordKeys(first, [keyOf("x")])
  yield* store.keepPlan(first, { id, artifacts: bytes, losses: losses ?? store.lossesUnsafe() })
})

const inDatabase = (dir: string, sql: string) =>
  Effect.sync(() => {
    const db = new Sqlite(join(dir, "ablate.db"))
    db.exec(sql)
    db.close()
  })

describe("a plan that is kept", () => {
  it.effect("is found in any later process, under its name alone", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) => kept(store))
      yield* inStore(
        dir,
        (store) =>
          Effect.sync(() => {
            assert.deepStrictEqual(store.knownPlanUnsafe("plan"), bytes)
            assert.isUndefined(store.knownPlanUnsafe("another plan"))
          }),
        { mode: "read-only" }
      )
    })
  )

  it.effect("gives another run its lists, and says where it cannot", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          yield* kept(store)
          yield* store.startRun(runRecord("e", { id: second }))
          assert.isFalse(yield* store.recordLike(second, "another plan"))
          assert.deepStrictEqual(yield* store.cellsOf(second), [])
          assert.isTrue(yield* store.recordLike(second, "plan"))
          assert.deepStrictEqual(yield* store.cellsOf(second), cells)
          assert.deepStrictEqual(yield* store.keysOf(second), [keyOf("x")])
        })
      )
    })
  )

  const losses: ReadonlyArray<
    readonly [string, (store: StoreService, dir: string) => Effect.Effect<unknown, unknown>]
  > = [
    ["a trace is deleted, be it of another plan", (store) => store.deleteTrace(keyOf("y"))],
    [
      "an artifact turns out damaged",
      (store, dir) =>
        Effect.andThen(
          inDatabase(dir, `UPDATE artifacts SET inline = x'00' WHERE hash = '${inlineArtifact("x").hash}'`),
          Effect.exit(store.getArtifact(inlineArtifact("x").hash))
        )
    ],
    ["gc drops its run", (store) => store.gc({ dryRun: false, keepRuns: 0, graceMs: -60_000 })],
    [
      "a trace comes to point elsewhere",
      (_, dir) =>
        inDatabase(dir, `UPDATE traces SET artifact = '${inlineArtifact("y").hash}' WHERE key = '${keyOf("x")}'`)
    ]
  ]
  for (const [name, lose] of losses)
    it.effect(`is forgotten when ${name}`, () =>
      Effect.gen(function* () {
        const dir = yield* temporary
        yield* inStore(dir, (store) =>
          Effect.gen(function* () {
            yield* kept(store)
            assert.isDefined(store.knownPlanUnsafe("plan"))
            yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
            yield* Effect.orDie(lose(store, dir))
            assert.isUndefined(store.knownPlanUnsafe("plan"))
          })
        )
      })
    )

  it.effect("is not kept when a trace was lost since the plan was made", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          yield* store.commit(commitOf("z", inlineArtifact("z")))
          const before = store.lossesUnsafe()
          yield* store.deleteTrace(keyOf("z"))
          yield* kept(store, "plan", before)
          assert.isUndefined(store.knownPlanUnsafe("plan"))
          yield* kept(store)
          assert.isDefined(store.knownPlanUnsafe("plan"))
        })
      )
    })
  )

  it.effect("answers nothing once a bit of it is another", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const fields = ["artifacts = zeroblob(32)", "digest = 'other'", "id = 'other plan'"]
      for (const field of fields) {
        yield* inStore(dir, (store) => kept(store))
        yield* inDatabase(dir, `UPDATE plans SET ${field}`)
        yield* inStore(dir, (store) =>
          Effect.sync(() => {
            for (const id of ["plan", "other plan"]) assert.isUndefined(store.knownPlanUnsafe(id))
          })
        )
      }
    })
  )

  it.effect("is one of the latest eight", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) =>
        Effect.gen(function* () {
          for (let at = 0; at < 12; at++) yield* kept(store, `plan ${at}`)
          const known = Array.from({ length: 12 }, (_, at) => store.knownPlanUnsafe(`plan ${at}`) !== undefined)
          assert.strictEqual(known.filter((each) => each).length, 8)
        })
      )
    })
  )

  it.effect("cannot be kept in a store that is only read", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      yield* inStore(dir, (store) => kept(store))
      const exit = yield* inStore(
        dir,
        (store) => Effect.exit(store.keepPlan(first, { id: "new", artifacts: bytes, losses: 0 })),
        { mode: "read-only" }
      )
      assert.isTrue(Exit.isFailure(exit))
    })
  )
})
