/** `ablate doctor`: whether the cache reads back as it was written, and what this installation runs on. */
import { Effect } from "effect"
import { Store } from "../../store/index.ts"
import { type Arguments, percentage } from "../Arguments.ts"
import { formatBytes } from "../Bytes.ts"
import * as Project from "../Project.ts"
import * as Terminal from "../Terminal.ts"
import { version } from "../Version.ts"

/** Tells what was computed again; whether all of it came out as stored. */
const comesOutAgain = Effect.fnUntraced(function* (project: Project.Project, share: number) {
  // The training back ends are loaded only where something is computed.
  const { recompute } = yield* Effect.promise(() => import("../Recompute.ts"))
  const { computed, different, experiments, known, unopened } = yield* recompute(project, share)
  yield* Terminal.print(
    `${[
      `recomputed ${computed} of ${known} known results of ${experiments.join(", ") || "no experiment"}`,
      ...unopened.map((each) => `  ${each}`),
      ...different.map((each) => `  ${each}`),
      different.length === 0
        ? "Every one came out as stored."
        : "These stages are not deterministic, or depend on something they do not declare: a clock, a service, a native library."
    ].join("\n")}\n`
  )
  return different.length === 0
})

/** Gives the exit code: 1 where something is damaged and was not repaired, or came out otherwise. */
export const command = Effect.fnUntraced(function* (args: Arguments) {
  const repair = args.list("repair").length > 0
  const share = yield* percentage(args, "recompute")
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
    const again = share === undefined ? true : yield* comesOutAgain(project, share)
    return (isSound || report.repaired) && again ? 0 : 1
  }).pipe(Effect.provide(Store.layer({ dir: project.storeDir, mode: repair ? "read-write" : "read-only" })))
})
