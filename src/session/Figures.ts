/** The pictures of a run as files. */
import { join } from "node:path"
import { Effect, Exit } from "effect"
import type { Expansion } from "../declare/Experiment.ts"
import type { RunCell } from "../domain/RunRecord.ts"
import { ArtifactStore } from "../store/index.ts"
import { makeFolder, writeBytes } from "./Writing.ts"

/** A picture of a run. */
export interface RunFigure {
  readonly file: string
  readonly bytes: Uint8Array
}

/** Those that were computed. */
export const figuresOf = Effect.fnUntraced(function* (
  { figures }: Expansion,
  { cells }: { readonly cells: ReadonlyArray<RunCell> }
) {
  const artifacts = yield* ArtifactStore
  const found: Array<RunFigure> = []
  for (const { cell, file } of figures) {
    const hash = cells.find((each) => each.cell === cell)?.outputs[file]
    if (hash === undefined) continue
    // Damaged bytes were dropped and told by the read: the next run computes them again.
    const bytes = yield* Effect.exit(artifacts.get(hash))
    if (Exit.isSuccess(bytes)) found.push({ file, bytes: bytes.value })
  }
  return found
})

/** Writes those that were computed; gives their paths. */
export const writeFigures = Effect.fnUntraced(function* (
  expansion: Expansion,
  run: { readonly cells: ReadonlyArray<RunCell> },
  folder: string
) {
  const found = expansion.figures.length === 0 ? [] : yield* figuresOf(expansion, run)
  if (found.length > 0) yield* makeFolder(folder)
  return yield* Effect.forEach(found, ({ bytes, file }) => {
    const path = join(folder, file)
    return Effect.as(writeBytes(path, bytes), path)
  })
})
