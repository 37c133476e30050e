/** Files that a command writes for the person. */
import { mkdir, writeFile } from "node:fs/promises"
import { Effect } from "effect"
import { UsageError } from "./UsageError.ts"

const writing = (path: string, write: () => Promise<unknown>) =>
  Effect.tryPromise({
    try: write,
    catch: (cause) =>
      new UsageError({
        text: `${path} could not be written: ${cause instanceof Error ? cause.message : String(cause)}`
      })
  })

export const writeBytes = (path: string, bytes: Uint8Array) => writing(path, () => writeFile(path, bytes))

export const makeFolder = (path: string) => writing(path, () => mkdir(path, { recursive: true }))
