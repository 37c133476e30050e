/**
 * What the test rows add to a table's uncertainty, kept by what it was computed from: the resampling takes a good part of
 * a second, and a run with nothing to do shows its table too.
 */
import { createHash } from "node:crypto"
import { Effect, Exit, Option, Schema } from "effect"
import { Contributions } from "../domain/Contributions.ts"
import type { ArtifactHash } from "../domain/Hash.ts"
import type { TableSpec } from "../domain/TableSpec.ts"
import { type CellOutcome, TestRows, testRowsOf } from "../report/index.ts"
import { ArtifactStore, Memo } from "../store/index.ts"

const KIND = "test-rows"
/** To be raised when the same contributions come to other variances. */
const VERSION = 1

const decodeContributions = Schema.decodeUnknownOption(Schema.fromJsonString(Contributions))
const Kept = Schema.fromJsonString(TestRows)
const decodeKept = Schema.decodeUnknownOption(Kept)
const encodeKept = Schema.encodeSync(Kept)

/** What the test rows add, and the cells whose contributions cannot be read back. */
export interface Found {
  readonly testRows?: TestRows
  readonly damaged: ReadonlyArray<CellOutcome>
}

/** `published`: the contributions of those cells that have some. */
export const testRowsFor = Effect.fnUntraced(function* (
  spec: TableSpec,
  cells: ReadonlyArray<CellOutcome>,
  published: ReadonlyMap<CellOutcome, ArtifactHash>
) {
  const nothing: Found = { damaged: [] }
  if (published.size === 0) return nothing
  const memo = yield* Memo
  const basis = [
    VERSION,
    spec.rows,
    spec.columns.map(({ metric }) => metric),
    spec.baseline ?? null,
    cells.map((cell) => [cell.labels, cell.seed, cell.outputs, published.get(cell) ?? null])
  ]
  const id = createHash("sha256").update(JSON.stringify(basis)).digest("hex")
  const kept = yield* memo.get(KIND, id)
  const known = kept === undefined ? undefined : Option.getOrUndefined(decodeKept(kept))
  if (known !== undefined) return { testRows: known, damaged: [] } satisfies Found
  const artifacts = yield* ArtifactStore
  const whole: Array<CellOutcome> = []
  const damaged: Array<CellOutcome> = []
  for (const cell of cells) {
    const hash = published.get(cell)
    const bytes = hash === undefined ? undefined : yield* Effect.exit(artifacts.get(hash))
    const contributions =
      bytes !== undefined && Exit.isSuccess(bytes)
        ? Option.getOrUndefined(decodeContributions(new TextDecoder().decode(bytes.value)))
        : undefined
    if (hash !== undefined && contributions === undefined) damaged.push(cell)
    whole.push(contributions === undefined ? cell : { ...cell, contributions })
  }
  const testRows = testRowsOf(spec, whole)
  if (testRows !== undefined && damaged.length === 0) yield* memo.set(KIND, id, encodeKept(testRows))
  const found: Found = { ...(testRows === undefined ? {} : { testRows }), damaged }
  return found
})
