import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Artifact from "../../src/declare/Artifact.ts"
import type { ArtifactHash } from "../../src/domain/Hash.ts"
import type { TableSpec } from "../../src/domain/TableSpec.ts"
import { buildTable, type CellOutcome } from "../../src/report/index.ts"
import { testRowsFor } from "../../src/session/TestRowsMemo.ts"
import { ArtifactStore, Memory } from "../../src/store/index.ts"

const spec: TableSpec = {
  title: "T",
  rows: ["method"],
  columns: [{ metric: "accuracy", label: "accuracy", kind: "share" }],
  caption: []
}

const cells = [0, 1, 2].map((seed): CellOutcome => {
  const right = [9, 5, 7, 8 - seed]
  return {
    labels: { method: "a" },
    seed,
    metrics: { accuracy: { value: (29 - seed) / 40 } },
    outputs: `${seed}`,
    contributions: {
      by: "person",
      groups: right.map((_, at) => `person ${at}`),
      figures: { accuracy: { of: right, in: [10, 10, 10, 10] } }
    }
  }
})
const bare = cells.map(({ contributions: _, ...cell }): CellOutcome => cell)

/** What is found of the cells as a table's command has them: without their contributions, but with the hashes of those. */
const published = Effect.gen(function* () {
  const artifacts = yield* ArtifactStore
  const hashes = new Map<CellOutcome, ArtifactHash>()
  for (const [at, { contributions }] of cells.entries()) {
    const cell = bare[at]
    if (contributions === undefined || cell === undefined) continue
    hashes.set(cell, yield* artifacts.put(yield* Artifact.contributions.encode(contributions), "json"))
  }
  return hashes
})

describe("what test rows add, as it is kept", () => {
  it.effect("gives the table that the contributions themselves give, and needs them once", () => {
    const disk = Memory.empty()
    const find = Effect.flatMap(published, (hashes) => testRowsFor(spec, bare, hashes))
    return Effect.gen(function* () {
      const first = yield* find
      assert.deepStrictEqual(first.damaged, [])
      const meta = { experiment: "e", runId: null }
      const table = buildTable(spec, bare, { ...meta, testRows: first.testRows })
      assert.deepStrictEqual(table, buildTable(spec, cells, meta))
      assert.strictEqual(table.rows[0]?.cells.accuracy?.interval?.groups, "person")
      const hashes = yield* published
      disk.bytes.clear()
      assert.deepStrictEqual(yield* testRowsFor(spec, bare, hashes), first)
      // Another table of the same cells asks again, and says which cells cannot be read.
      const other = yield* testRowsFor({ ...spec, rows: [] }, bare, hashes)
      assert.deepStrictEqual(other.damaged, bare)
    }).pipe(Effect.provide(Memory.layer(disk), { local: true }))
  })
  it.effect("asks nothing where nothing is published", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* testRowsFor(spec, bare, new Map()), { damaged: [] })
    }).pipe(Effect.provide(Memory.layer(), { local: true }))
  )
})
