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

/** `published`: the contributions of those cells that have some. Such as cannot be read are left aside. */
export const testRowsFor = Effect.fnUntraced(function* (
  spec: TableSpec,
  cells: ReadonlyArray<CellOutcome>,
  published: ReadonlyMap<CellOutcome, ArtifactHash>
) {
  if (published.size === 0) return undefined
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
  if (known !== undefined) return known
  const artifacts = yield* ArtifactStore
  const whole: Array<CellOutcome> = []
  for (const cell of cells) {
    const hash = published.get(cell)
    const bytes = hash === undefined ? undefined : yield* Effect.exit(artifacts.get(hash))
    const contributions =
      bytes !== undefined && Exit.isSuccess(bytes)
        ? Option.getOrUndefined(decodeContributions(new TextDecoder().decode(bytes.value)))
        : undefined
    whole.push(contributions === undefined ? cell : { ...cell, contributions })
  }
  const found = testRowsOf(spec, whole)
  if (found !== undefined) yield* memo.set(KIND, id, encodeKept(found))
  return found
})
