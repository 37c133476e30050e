/** Claims one new folder after another at the moment when the other threads do; posts what was wrong. */
import { parentPort, workerData } from "node:worker_threads"
import { Effect } from "effect"
import { claim } from "../../../src/store/postgres/FolderBlobs.ts"

interface Given {
  readonly folders: ReadonlyArray<string>
  readonly store: string
  readonly threads: number
  /** How many threads have come to each folder. */
  readonly come: SharedArrayBuffer
}

const { come, folders, store, threads }: Given = workerData
const counts = new Int32Array(come)
const wrong: Array<string> = []
for (const [at, folder] of folders.entries()) {
  Atomics.add(counts, at, 1)
  while (Atomics.load(counts, at) < threads);
  const claimed = Effect.runSync(Effect.result(claim("postgres://nowhere", folder, store, true)))
  if (claimed._tag === "Failure") wrong.push(claimed.failure.message)
}
parentPort?.postMessage(wrong)
