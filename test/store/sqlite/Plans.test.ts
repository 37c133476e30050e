/** A plan that is known as a whole is answered by one row, for as long as no trace is lost. */
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect, Exit } from "effect"
import { RunId } from "../../../src/domain/Hash.ts"

import { commitOf, inlineArtifact, inStore, keyOf, type OpenStore, runRecord, temporary } from "../rig.ts"

const first = RunId.make("first")
const cells = [{ cell: "a=1", outputs: { metrics: inlineArtifact("x").hash }, nodes: [0] }]
const bytes = Buffer.from(inlineArtifact("x").hash, "hex")

/** Two nodes, and a run of a plan with the first of them. */
const kept = Effect.fnUntraced(function* (store: OpenStore, id = "plan", losses?: number) {
  yield* store.traces.commit(commitOf("x", inlineArtifact("x")))
  yield* store.traces.commit(commitOf("y", inlineArtifact("y")))
  yield* store.history.startRun(runRecord("e", { id: first })).pipe(Effect.ignore)
  yield* store.history.recordCells(first, cells)
  yield* store.history.recordKeys(first, [keyOf("x")])
  yield* store.history.keepPlan(first, {
    id,
    artifacts: bytes,
    losses: losses ?? (yield* store.history.knownPlan("any")).losses
  })
})

const inDatabase = (dir: string, sql: string) =>
  Effect.sync(() => {
    const db = new Sqlite(join(dir, "ablate.db"))
    db.exec(sql)
    db.close()
  })

describe("a plan that is kept", () => {
  const losses: ReadonlyArray<readonly [string, (store: OpenStore, dir: string) => Effect.Effect<unknown, unknown>]> = [
    ["a trace is deleted, be it of another plan", (store) => store.traces.remove(keyOf("y"))],
    [
      "an artifact turns out damaged",
      (store, dir) =>
        Effect.andThen(
          inDatabase(dir, `UPDATE artifacts SET inline = x'00' WHERE hash = '${inlineArtifact("x").hash}'`),
          Effect.exit(store.artifacts.get(inlineArtifact("x").hash))
        )
    ],
    ["gc drops its run", (store) => store.maintenance.gc({ dryRun: false, keepRuns: 0, graceMs: -60_000 })],
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
            assert.isDefined((yield* store.history.knownPlan("plan")).artifacts)
            yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
            yield* Effect.orDie(lose(store, dir))
            assert.isUndefined((yield* store.history.knownPlan("plan")).artifacts)
          })
        )
      })
    )

  it.effect("answers nothing once a bit of it is another", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const fields = ["artifacts = zeroblob(32)", "row_check = row_check + 1", "id = 'other plan'"]
      for (const field of fields) {
        yield* inStore(dir, (store) => kept(store))
        yield* inDatabase(dir, `UPDATE plans SET ${field}`)
        yield* inStore(dir, (store) =>
          Effect.gen(function* () {
            for (const id of ["plan", "other plan"]) assert.isUndefined((yield* store.history.knownPlan(id)).artifacts)
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
          const ids = Array.from({ length: 12 }, (_, at) => `plan ${at}`)
          const answers = yield* Effect.forEach(ids, (id) => store.history.knownPlan(id))
          const known = answers.map(({ artifacts }) => artifacts !== undefined)
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
        (store) => Effect.exit(store.history.keepPlan(first, { id: "new", artifacts: bytes, losses: 0 })),
        { mode: "read-only" }
      )
      assert.isTrue(Exit.isFailure(exit))
    })
  )
})
