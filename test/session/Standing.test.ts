/** Which run stands for an experiment, and what the newer ones add to it. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as Artifact from "../../src/declare/Artifact.ts"
import * as Experiment from "../../src/declare/Experiment.ts"
import * as Grid from "../../src/declare/Grid.ts"
import * as Pipeline from "../../src/declare/Pipeline.ts"
import * as Stage from "../../src/declare/Stage.ts"
import { RunId } from "../../src/domain/Hash.ts"
import type { RunCell, RunRecord } from "../../src/domain/RunRecord.ts"
import { latestCells } from "../../src/session/LatestCells.ts"
import { standingRun } from "../../src/session/Standing.ts"
import { Sqlite } from "../../src/store/index.ts"
import { artifactHash, ports, runRecord } from "../store/rig.ts"

const stage = Stage.make("study/s", {
  config: Schema.Struct({ k: Schema.Int }),
  output: Artifact.metrics(["v"]),
  run: (_, { k }) => Effect.succeed({ v: { value: k } })
})
const expansion = Experiment.make("study", {
  pipeline: Pipeline.make("study", Schema.Struct({ k: Schema.Int }), ({ k }) => ({ metrics: stage.node({}, { k }) })),
  grid: Grid.axes({ k: [1, 2, 3] })
}).expand({})

const cell = (k: number, value: string): RunCell => ({
  cell: `k=${k}`,
  outputs: { metrics: artifactHash(value) },
  nodes: []
})
const broken = (k: number): RunCell => ({ cell: `k=${k}`, outputs: {}, nodes: [], failure: "s: it failed" })
const whole = [cell(1, "1"), cell(2, "2"), cell(3, "3")]

interface Past extends Partial<RunRecord> {
  readonly name: string
  readonly code?: string
  readonly cells?: ReadonlyArray<RunCell>
}

/** Records the runs, and gives the one that stands, what it was taken for, and the cells as they stand. */
const standing = (past: ReadonlyArray<Past>) =>
  Effect.gen(function* () {
    const dir = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "ablate-standing-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
    )
    return yield* Effect.gen(function* () {
      const { history } = yield* ports
      for (const { cells = whole, code = "old", name, ...fields } of past) {
        const basis = { "stage study/s": code }
        const id = RunId.make(name)
        yield* history.startRun(runRecord("study", { status: "succeeded", settings: {}, ...fields, id, basis }))
        yield* history.recordCells(id, cells)
      }
      const found = yield* standingRun({ name: "study" })
      assert(found !== undefined)
      const { cells, from, passedOver } = yield* latestCells(expansion, found.run)
      return {
        run: found.run.id,
        newer: found.passedOver.map(({ reasons, run }) => [run.id, ...reasons]),
        passedOver: passedOver.map(({ reasons, run }) => [run.id, ...reasons]),
        from: cells.map((each) => [each.cell, from.get(each.cell)?.id])
      }
    }).pipe(Effect.provide(Sqlite.layer({ dir, mode: "read-write" }), { local: true }))
  })

describe("the run that stands for an experiment", () => {
  it.effect("is the latest that went to its end with all cells, whatever its settings", () =>
    Effect.gen(function* () {
      const found = yield* standing([
        { name: "default" },
        { name: "set", settings: { k: "2" } },
        { name: "part", only: "k=1", code: "new", cells: [cell(1, "new 1")] },
        { name: "cut", status: "interrupted", code: "new", cells: [] }
      ])
      assert.strictEqual(found.run, "set")
      assert.deepStrictEqual(found.newer, [
        ["cut", "interrupted"],
        ["part", "only k=1"]
      ])
      assert.deepStrictEqual(found.passedOver, [
        ["cut", "interrupted", "default settings"],
        ["part", "only k=1", "default settings"]
      ])
    })
  )

  it.effect("is the latest that is over where none had all cells", () =>
    Effect.gen(function* () {
      const { run } = yield* standing([
        { name: "part", only: "k=1", cells: [cell(1, "1")] },
        { name: "going", status: "running", cells: [] }
      ])
      assert.strictEqual(run, "part")
    })
  )

  it.effect("is completed by newer runs of the same code where it failed, and by no others", () =>
    Effect.gen(function* () {
      const found = yield* standing([
        { name: "whole", status: "failed", cells: [cell(1, "1"), broken(2), broken(3)] },
        { name: "again", only: "k=1,k=2", cells: [cell(1, "1"), cell(2, "2")] },
        { name: "other", only: "k=3", code: "new", cells: [cell(3, "new 3")] }
      ])
      assert.deepStrictEqual(found.from, [
        ["k=1", "whole"],
        ["k=2", "again"],
        ["k=3", "whole"]
      ])
      assert.deepStrictEqual(found.passedOver, [["other", "only k=3", "other code or files"]])
    })
  )
})
