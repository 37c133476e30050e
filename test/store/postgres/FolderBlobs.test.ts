/** Whose folder it is. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Worker } from "node:worker_threads"
import { assert, describe, it } from "vitest"

const threads = 2
const count = 300

/** Each thread claims the folders for the store that it is given. */
const claiming = async (storeOf: (thread: number) => string) => {
  const root = mkdtempSync(join(tmpdir(), "ablate-claim-"))
  const folders = Array.from({ length: count }, (_, at) => join(root, `${at}`))
  const come = new SharedArrayBuffer(4 * count)
  const wrong = await Promise.all(
    Array.from({ length: threads }, (_, thread) => {
      const workerData = { folders, store: storeOf(thread), threads, come }
      const worker = new Worker(new URL("./claim-thread.ts", import.meta.url), { workerData })
      return new Promise<ReadonlyArray<string>>((resolve, reject) => {
        worker.once("message", resolve).once("error", reject)
      })
    })
  )
  const left = folders.flatMap((folder) => readdirSync(join(folder, "tmp")))
  rmSync(root, { recursive: true })
  return { wrong, left }
}

describe("a folder for large results", () => {
  it("is the store's for all who are the first at the same moment", async () => {
    assert.deepStrictEqual(await claiming(() => "one"), { wrong: [[], []], left: [] })
  })

  it("is one store's where several claim it at the same moment, and the others are told", async () => {
    const { wrong } = await claiming((thread) => `store ${thread}`)
    assert.lengthOf(wrong.flat(), (threads - 1) * count)
    for (const message of wrong.flat()) assert.include(message, "that folder is another store's")
  })
})
