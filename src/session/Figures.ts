/** The pictures of a run as files. */
import { join } from "node:path"
import { Effect, Exit } from "effect"
import type { Expansion } from "../declare/Experiment.ts"
import type { RunCell } from "../domain/RunRecord.ts"
import { ArtifactStore } from "../store/index.ts"
import { makeFolder, writeBytes } from "./Writing.ts"

/** Writes those that were computed; gives their paths. */
export const writeFigures = Effect.fnUntraced(function* (
  { figures }: Expansion,
  run: { readonly cells: ReadonlyArray<RunCell> },
  folder: string
) {
  if (figures.length === 0) return []
  const { cells } = run
  const artifacts = yield* ArtifactStore
  const written: Array<string> = []
  for (const { cell, file } of figures) {
    const hash = cells.find((each) => each.cell === cell)?.outputs[file]
    if (hash === undefined) continue
    // Damaged bytes were dropped and told by the read: the next run computes them again.
    const bytes = yield* Effect.exit(artifacts.get(hash))
    if (Exit.isFailure(bytes)) continue
    const path = join(folder, file)
    if (written.length === 0) yield* makeFolder(folder)
    yield* writeBytes(path, bytes.value)
    written.push(path)
  }
  return written
})
