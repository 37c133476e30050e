/** Which cells a table without `--run` shows, by runs that were recorded and not by the clock. */
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
import * as Table from "../../src/declare/Table.ts"
import { RunId } from "../../src/domain/Hash.ts"
import type { RunCell, RunRecord } from "../../src/domain/RunRecord.ts"
import { latestCells } from "../../src/session/LatestCells.ts"
import { Sqlite } from "../../src/store/index.ts"
import { artifactHash, ports, runRecord } from "../store/rig.ts"

const stage = Stage.make("study/s", {
  config: Schema.Struct({ k: Schema.Int }),
  output: Artifact.metrics(["v"]),
  run: (_, { k }) => Effect.succeed({ v: { value: k } })
})
const { expand } = Experiment.make("study", {
  pipeline: Pipeline.make("study", Schema.Struct({ k: Schema.Int }), ({ k }) => ({ metrics: stage.node({}, { k }) })),
  grid: Grid.axes({ k: [1, 2, 3] }),
  table: Table.make({ title: "study", rows: ["k"], columns: [{ metric: "v", label: "v" }] })
})
const expansion = expand({})

const cell = (k: number, value: string): RunCell => ({
  cell: `k=${k}`,
  outputs: { metrics: artifactHash(value) },
  nodes: []
})

interface Past extends Partial<RunRecord> {
  readonly code: string
  readonly cells: ReadonlyArray<RunCell>
}

/** Records runs in their order, the clock going backwards, and gives what each cell's latest value is. */
const shown = (past: ReadonlyArray<Past>) =>
  Effect.gen(function* () {
    const dir = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "ablate-latest-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
    )
    return yield* Effect.gen(function* () {
      const store = yield* ports
      for (const [at, { cells, code, ...fields }] of past.entries()) {
        const id = RunId.make(`run ${at}`)
        const basis = { "stage study/s": code }
        const run = runRecord("study", { status: "succeeded", ...fields, id, startedAt: 1000 - at, basis })
        yield* store.history.startRun(run)
        yield* store.history.recordCells(id, cells)
      }
      const run = yield* store.history.latestRun({ name: "study" }, "finished")
      assert.isDefined(run)
      if (run === undefined) return { values: {}, remarks: [], isWhole: false }
      const found = yield* latestCells(expansion, run)
      const values = Object.fromEntries(found.cells.map(({ cell: name, outputs }) => [name, outputs.metrics]))
      return { values, remarks: found.remarks, isWhole: found.isWhole }
    }).pipe(Effect.provide(Sqlite.layer({ dir, mode: "read-write" }), { local: true }))
  })

const whole = [cell(1, "old 1"), cell(2, "old 2"), cell(3, "old 3")]

describe("the cells of an experiment as they stand", () => {
  it.effect("are the latest run's, and of earlier runs of the same code and settings where it had --only", () =>
    Effect.gen(function* () {
      const { isWhole, remarks, values } = yield* shown([
        { code: "a", cells: whole },
        { code: "a", only: "k=2", cells: [cell(2, "new 2")] }
      ])
      assert.deepStrictEqual(values, {
        "k=1": artifactHash("old 1"),
        "k=2": artifactHash("new 2"),
        "k=3": artifactHash("old 3")
      })
      assert.isTrue(isWhole)
      assert.deepStrictEqual(remarks, ["From the earlier run run 0 of the same code and settings: k=1; k=3."])
    })
  )

  it.effect("never mix what other code or other settings computed, and say where that is", () =>
    Effect.gen(function* () {
      for (const before of [{ code: "other" }, { code: "a", settings: { "train.lambda": "2" } }]) {
        const { isWhole, remarks, values } = yield* shown([
          { ...before, cells: whole },
          { code: "a", only: "k=2", cells: [cell(2, "new 2")] }
        ])
        assert.deepStrictEqual(values, { "k=2": artifactHash("new 2") })
        assert.isFalse(isWhole)
        assert.match(remarks.join(), /Not shown: k=1; k=3.*--run run 0/)
      }
    })
  )

  it.effect("of a cell that failed last stay failed, whatever it gave before", () =>
    Effect.gen(function* () {
      const { remarks, values } = yield* shown([
        { code: "a", cells: whole },
        {
          code: "a",
          status: "failed",
          cells: [{ cell: "k=1", outputs: {}, nodes: [], failure: "no" }, ...whole.slice(1)]
        }
      ])
      assert.isUndefined(values["k=1"])
      assert.deepStrictEqual(remarks, [])
    })
  )

  it.effect("of an interrupted run are those it finished, then the earlier ones", () =>
    Effect.gen(function* () {
      const { values } = yield* shown([
        { code: "a", cells: whole },
        { code: "a", status: "interrupted", cells: [cell(1, "new 1"), { cell: "k=2", outputs: {}, nodes: [] }] }
      ])
      assert.deepStrictEqual(values, {
        "k=1": artifactHash("new 1"),
        "k=2": artifactHash("old 2"),
        "k=3": artifactHash("old 3")
      })
    })
  )
})
