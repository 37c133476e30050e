/** A worker thread that decodes and resizes the files it is given, over and over in turn, and says how long that took. */
import { readFile } from "node:fs/promises"
import { parentPort } from "node:worker_threads"
import { Effect } from "effect"
import { decode } from "../../stages/images/decode.ts"
import { imageNetInput } from "../../stages/images/normalise.ts"

const embedInput = async (file: string) => imageNetInput(await Effect.runPromise(decode(await readFile(file))))

parentPort?.on("message", async (files: ReadonlyArray<string>) => {
  for (const file of files) await embedInput(file)
  parentPort?.postMessage("done")
})
