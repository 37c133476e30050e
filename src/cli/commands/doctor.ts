/** `ablate doctor`: whether the cache reads back as it was written, and what this installation runs on. */
import { Effect } from "effect"
import { Store } from "../../store/index.ts"
import type { Arguments } from "../Arguments.ts"
import { formatBytes } from "../Bytes.ts"
import * as Project from "../Project.ts"
import * as Terminal from "../Terminal.ts"
import { version } from "../Version.ts"

/** Gives the exit code: 1 where something is damaged and was not repaired. */
export const command = Effect.fnUntraced(function* (args: Arguments) {
  const repair = args.list("repair").length > 0
  const project = yield* Project.find(args)
  return yield* Effect.gen(function* () {
    const store = yield* Store
    const report = yield* store.check({ repair })
    const isSound = report.damaged.length === 0 && report.database.length === 0
    const lines = [
      `ablate ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
      `store ${store.dir}: ${report.checked} artifacts, ${formatBytes(report.bytes)} read and compared with their hashes`,
      ...report.database.map((problem) => `  database: ${problem}`),
      ...report.damaged.map(
        ({ found, hash, kind, traces }) => `  ${hash.slice(0, 12)}… (${kind}, ${traces} traces): ${found}`
      ),
      isSound
        ? "Everything reads back as it was written."
        : report.repaired
          ? "What is damaged has been forgotten; the next run computes it again."
          : "Run `ablate doctor --repair` to forget what is damaged; the next run computes it again."
    ]
    yield* Terminal.print(`${lines.join("\n")}\n`)
    return isSound || report.repaired ? 0 : 1
  }).pipe(Effect.provide(Store.layer({ dir: project.storeDir, mode: repair ? "read-write" : "read-only" })))
})
