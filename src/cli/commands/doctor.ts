/** `ablate doctor`: whether the cache reads back as it was written, and what this installation runs on. */
import { Effect, Layer } from "effect"
import * as Project from "../../session/Project.ts"
import { version } from "../../session/Version.ts"
import { type RebuildReport, rebuildDatabase, Store, structuralFaults } from "../../store/index.ts"
import { type Arguments, percentage } from "../Arguments.ts"
import { formatBytes } from "../Bytes.ts"
import * as Terminal from "../Terminal.ts"

/** How many faults of the structure are told. */
const mostTold = 5

/** Tells what was computed again; whether all of it came out as stored. */
const comesOutAgain = Effect.fnUntraced(function* (project: Project.Project, share: number) {
  // The training back ends are loaded only where something is computed.
  const { recompute } = yield* Effect.promise(() => import("../../session/Recompute.ts"))
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

/** What is told of a database that cannot be opened, or was rebuilt. */
const toldFaults = (faults: ReadonlyArray<string>) => [
  ...faults.slice(0, mostTold).map((fault) => `  database: ${fault.replaceAll(/\s+/g, " ")}`),
  ...(faults.length > mostTold ? [`  database: and ${faults.length - mostTold} faults more`] : [])
]

const rebuilt = ({ artifacts, aside, results, runs }: RebuildReport) =>
  [
    `The database was built anew from what still checks: ${runs} runs, ${results} results, ${artifacts} artifacts.`,
    `The damaged one is ${aside}; delete it when you miss nothing.`,
    "Runs that were recorded last may be lost: `ablate run` brings their tables back and computes what is missing."
  ].join("\n")

/**
 * The structure first: with it damaged, the store does not open, and nothing else can be asked. Gives whether it is
 * sound now.
 */
const structure = Effect.fnUntraced(function* ({ storeDir }: Project.Project, repair: boolean) {
  const faults = yield* openingFaults(storeDir)
  if (faults.length === 0) return true
  yield* Terminal.print(
    `${[`store ${storeDir}: the structure of its database is damaged`, ...toldFaults(faults)].join("\n")}\n`
  )
  if (repair) yield* Terminal.print(`${rebuilt(yield* rebuildDatabase(storeDir))}\n`)
  else
    yield* Terminal.print(
      "Run `ablate doctor --repair`: it sets the damaged file aside and keeps what still checks; the rest is computed again.\n"
    )
  return repair
})

/** The faults of its structure, or why it does not open although SQLite finds none. */
const openingFaults = Effect.fnUntraced(function* (dir: string) {
  const faults = yield* structuralFaults(dir)
  if (faults.length > 0) return faults
  return yield* Effect.scoped(Layer.build(Store.layer({ dir, mode: "read-only" }))).pipe(
    Effect.as<ReadonlyArray<string>>([]),
    Effect.catchIf(
      ({ reason }) => reason._tag === "Damaged",
      ({ message, reason }) => Effect.succeed([reason._tag === "Damaged" ? reason.detail : message])
    )
  )
})

/** Gives the exit code: 1 where something is damaged and was not repaired, or came out otherwise. */
export const command = Effect.fnUntraced(function* (args: Arguments) {
  const repair = args.list("repair").length > 0
  const share = yield* percentage(args, "recompute")
  const project = yield* Project.around(process.cwd(), args.text("store"))
  if (!(yield* structure(project, repair))) return 1
  return yield* Effect.gen(function* () {
    const store = yield* Store
    const report = yield* store.check({ repair })
    const isSound = report.damaged.length === 0 && report.database.length === 0 && report.rows.length === 0
    const lines = [
      `ablate ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
      `store ${store.dir}: ${report.checked} artifacts, ${formatBytes(report.bytes)} read and compared with their hashes`,
      ...toldFaults(report.database),
      ...report.rows.map(({ rows, table }) => `  ${table}: ${rows} row${rows === 1 ? " does" : "s do"} not check`),
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
