import { writeFile } from "node:fs/promises"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as Artifact from "../../src/declare/Artifact.ts"
import * as Experiment from "../../src/declare/Experiment.ts"
import * as Grid from "../../src/declare/Grid.ts"
import * as Pipeline from "../../src/declare/Pipeline.ts"
import * as Stage from "../../src/declare/Stage.ts"
import * as Table from "../../src/declare/Table.ts"
import type { RunCell } from "../../src/domain/RunRecord.ts"
import { tableOf } from "../../src/session/Results.ts"
import { blobPath, Sqlite } from "../../src/store/index.ts"
import { ports, runRecord, temporary } from "../store/rig.ts"

const metrics = Artifact.metrics(["accuracy"])
const score = Stage.make("score", { output: metrics, run: () => Effect.succeed({ accuracy: { value: 1 } }) })
const declare = (table: boolean) =>
  Experiment.make("study", {
    pipeline: Pipeline.make("p", Schema.Struct({}), () => ({ metrics: score.node({}) })),
    grid: Grid.rows([{ method: "a" }, { method: "b" }]).cross({ seed: Grid.seeds(2) }),
    ...(table
      ? { table: Table.make({ title: "T", rows: ["method"], columns: [{ metric: "accuracy", label: "Acc" }] }) }
      : {})
  }).expand({})

interface Published {
  readonly metrics?: number | null | "damaged"
  readonly notes?: Artifact.Notes
  readonly failure?: string
}

/** The table of a run that published these, by cell. */
const tableFrom = (
  published: { readonly [cell: string]: Published },
  run = runRecord("study", { status: "succeeded", settings: {} })
) =>
  Effect.gen(function* () {
    const dir = yield* temporary
    return yield* Effect.gen(function* () {
      const store = yield* ports
      const cells: Array<RunCell> = []
      for (const [cell, each] of Object.entries(published)) {
        const outputs: Record<string, RunCell["outputs"][string]> = {}
        if (each.metrics === "damaged") {
          const hash = yield* store.artifacts.put(new TextEncoder().encode(`${cell} ${"x".repeat(70_000)}`), "metrics")
          yield* Effect.promise(() => writeFile(blobPath(store.location, hash), "cut"))
          outputs.metrics = hash
        } else if (each.metrics !== undefined)
          outputs.metrics = yield* store.artifacts.put(
            yield* metrics.encode({
              accuracy: { value: each.metrics, ...(each.metrics === null ? { note: "none" } : {}) }
            }),
            "metrics"
          )
        if (each.notes !== undefined)
          outputs.notes = yield* store.artifacts.put(yield* Artifact.notes.encode(each.notes), "notes")
        cells.push({ cell, outputs, nodes: [], ...(each.failure === undefined ? {} : { failure: each.failure }) })
      }
      return yield* tableOf(declare(true), run, { cells })
    }).pipe(Effect.provide(Sqlite.layer({ dir, mode: "read-write" }), { local: true }))
  })

const whole = {
  "method=a,seed=0": { metrics: 0.5 },
  "method=a,seed=1": { metrics: 0.7 },
  "method=b,seed=0": { metrics: 0.1 },
  "method=b,seed=1": { metrics: 0.3 }
}

describe("a run's table", () => {
  it.live("has every cell's figures, from the stored artifacts", () =>
    Effect.gen(function* () {
      const { damaged, table } = yield* tableFrom(whole)
      assert.deepStrictEqual(damaged, [])
      assert.deepStrictEqual(
        table.rows.map((row) => [row.id, row.cells.accuracy?.values]),
        [
          ["method=a", [0.5, 0.7]],
          ["method=b", [0.1, 0.3]]
        ]
      )
      assert.strictEqual(table.experiment, "study")
      assert.strictEqual(table.runId, "run of study")
    })
  )

  it.live("names what failed or was not computed, and never shows it as a figure", () =>
    Effect.gen(function* () {
      const { table } = yield* tableFrom({
        ...whole,
        "method=b,seed=0": { failure: "train: no luck" },
        "method=b,seed=1": {}
      })
      const figure = table.rows[1]?.cells.accuracy
      assert.deepStrictEqual([figure?.values, figure?.mean], [[], null])
      const told = JSON.stringify(table)
      assert.include(told, "train: no luck")
      assert.include(told, "not computed")
    })
  )

  it.live("lists damaged metrics, which are to be computed again", () =>
    Effect.gen(function* () {
      const { damaged, table } = yield* tableFrom({ ...whole, "method=a,seed=1": { metrics: "damaged" } })
      assert.deepStrictEqual(damaged, ["method=a,seed=1"])
      assert.deepStrictEqual(table.rows[0]?.cells.accuracy?.values, [0.5])
      assert.include(JSON.stringify(table), "damaged")
    })
  )

  it.live("is of the cells that the run had", () =>
    Effect.gen(function* () {
      const { table } = yield* tableFrom({ "method=b,seed=1": { metrics: 0.3 } })
      assert.deepStrictEqual(
        table.rows.map((row) => row.id),
        ["method=b"]
      )
    })
  )

  it.live("prints each sentence once, and counts the cells of one that does not hold for all", () =>
    Effect.gen(function* () {
      const notes = (...extra: ReadonlyArray<string>) => ({
        caption: ["Vectors: made up."],
        notes: ["3 words missing.", ...extra]
      })
      const run = runRecord("study", { status: "succeeded", settings: { "train.lambda": "2" }, only: "method=a,b" })
      const { table } = yield* tableFrom(
        {
          "method=a,seed=0": { metrics: 1, notes: notes("1 row dropped.") },
          "method=a,seed=1": { metrics: 1, notes: notes() },
          "method=b,seed=0": { metrics: 1, notes: notes("1 row dropped.") },
          "method=b,seed=1": { metrics: 1, notes: notes() }
        },
        run
      )
      assert.includeMembers(
        [...table.caption],
        ["Vectors: made up.", "Settings changed: train.lambda=2.", "Only the cells with method=a,b."]
      )
      assert.strictEqual(table.caption.filter((line) => line.startsWith("Vectors")).length, 1)
      assert.includeMembers([...table.notes], ["3 words missing.", "1 row dropped (2 of 4 cells)."])
    })
  )

  it.live("that no experiment declares is refused with what to write", () =>
    Effect.gen(function* () {
      const dir = yield* temporary
      const error = yield* Effect.flip(
        tableOf(declare(false), runRecord("study", { status: "succeeded" }), { cells: [] })
      ).pipe(Effect.provide(Sqlite.layer({ dir, mode: "read-write" }), { local: true }))
      assert.strictEqual(error.message, 'experiment "study" declares no table; add `table: Table.make(…)`')
    })
  )
})
