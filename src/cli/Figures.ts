/** The pictures of a run as files. */
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Effect, Exit } from "effect"
import type { Expansion } from "../declare/Experiment.ts"
import type { RunCell } from "../domain/RunRecord.ts"
import { Store } from "../store/index.ts"
import { UsageError } from "./UsageError.ts"

const writing = <A>(path: string, write: () => Promise<A>) =>
  Effect.tryPromise({
    try: write,
    catch: (cause) =>
      new UsageError({
        text: `${path} could not be written: ${cause instanceof Error ? cause.message : String(cause)}`
      })
  })

/** Writes those that were computed; gives their paths. */
export const writeFigures = Effect.fnUntraced(function* (
  { figures }: Expansion,
  published: ReadonlyArray<RunCell>,
  folder: string
) {
  if (figures.length === 0) return []
  const store = yield* Store
  const written: Array<string> = []
  for (const { cell, file } of figures) {
    const hash = published.find((each) => each.cell === cell)?.outputs[file]
    if (hash === undefined) continue
    // Damaged bytes were dropped and told by the read: the next run computes them again.
    const bytes = yield* Effect.exit(store.getArtifact(hash))
    if (Exit.isFailure(bytes)) continue
    const path = join(folder, file)
    yield* writing(folder, () => mkdir(folder, { recursive: true }))
    yield* writing(path, () => writeFile(path, bytes.value))
    written.push(path)
  }
  return written
})
