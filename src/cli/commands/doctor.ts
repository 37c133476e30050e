/** `ablate doctor`: whether the cache reads back as it was written, and what this installation runs on. */
import { Effect } from "effect"
import { type DoctorReport, doctor, type Rebuilt } from "../../session/commands/doctor.ts"
import type { Recomputed } from "../../session/Recomputed.ts"
import { version } from "../../session/Version.ts"
import type { Arguments } from "../Arguments.ts"
import { formatBytes } from "../Bytes.ts"
import * as Terminal from "../Terminal.ts"

/** How many faults of the structure are told. */
const mostTold = 5

const faultLines = (faults: ReadonlyArray<string>) => [
  ...faults.slice(0, mostTold).map((fault) => `  database: ${fault.replaceAll(/\s+/g, " ")}`),
  ...(faults.length > mostTold ? [`  database: and ${faults.length - mostTold} faults more`] : [])
]

const rebuiltLines = ({ artifacts, aside, results, runs }: Rebuilt) => [
  `The database was built anew from what still checks: ${runs} runs, ${results} results, ${artifacts} artifacts.`,
  `The damaged one is ${aside}; delete it when you miss nothing.`,
  "Runs that were recorded last may be lost: `ablate run` brings their tables back and computes what is missing."
]

/** Of a database that cannot be opened, or was built anew. */
const structureLines = ({ rebuilt, store, structure }: DoctorReport) =>
  structure.length === 0
    ? []
    : [
        `store ${store}: the structure of its database is damaged`,
        ...faultLines(structure),
        ...(rebuilt === null
          ? [
              "Run `ablate doctor --repair`: it sets the damaged file aside and keeps what still checks; the rest is computed again."
            ]
          : rebuiltLines(rebuilt))
      ]

const checkLines = ({ check, store }: DoctorReport) => {
  if (check === null) return []
  const isWhole = check.damaged.length === 0 && check.rows.length === 0
  return [
    `ablate ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    `store ${store}: ${check.checked} artifacts, ${formatBytes(check.bytes)} read and compared with their hashes`,
    ...check.rows.map(({ rows, table }) => `  ${table}: ${rows} row${rows === 1 ? " does" : "s do"} not check`),
    ...check.damaged.map(
      ({ found, hash, kind, traces }) => `  ${hash.slice(0, 12)}… (${kind}, ${traces} traces): ${found}`
    ),
    isWhole
      ? "Everything reads back as it was written."
      : check.repaired
        ? "What is damaged has been forgotten; the next run computes it again."
        : "Run `ablate doctor --repair` to forget what is damaged; the next run computes it again."
  ]
}

const recomputedLines = ({ computed, different, experiments, known, unopened }: Recomputed) => [
  `recomputed ${computed} of ${known} known results of ${experiments.join(", ") || "no experiment"}`,
  ...unopened.map((each) => `  ${each}`),
  ...different.map((each) => `  ${each}`),
  different.length === 0
    ? "Every one came out as stored."
    : "These stages are not deterministic, or depend on something they do not declare: a clock, a service, a native library."
]

/** Gives the exit code: 1 where something is damaged and was not repaired, or came out otherwise. */
export const command = Effect.fnUntraced(function* ({ options }: Arguments<"doctor">) {
  const report = yield* doctor(options)
  const { recomputed } = report
  const lines = [
    ...structureLines(report),
    ...checkLines(report),
    ...(recomputed === null ? [] : recomputedLines(recomputed))
  ]
  yield* Terminal.print(`${lines.join("\n")}\n`)
  return report.isSound ? 0 : 1
})
