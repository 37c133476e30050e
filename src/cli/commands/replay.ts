/** `ablate replay`: computes an old run again and says whether the bits are the same. */
import { Effect } from "effect"
import * as Control from "../../execute/Control.ts"
import { replay } from "../../session/commands/replay.ts"
import type { Replayed, ReplayedCell } from "../../session/Replayed.ts"
import type { Arguments } from "../Arguments.ts"
import { runLine } from "../RunLine.ts"
import * as Signals from "../Signals.ts"
import * as Terminal from "../Terminal.ts"
import * as Typed from "../Typed.ts"

/** So many cells that differ are told one by one. */
const mostTold = 20

const cellLines = ({ cell, differences, first }: ReplayedCell): ReadonlyArray<string> => [
  `  ${cell}: ${differences.join("; ")}`,
  ...(first === null
    ? []
    : [
        `    first ${first.node}: ${first.then.slice(0, 12)}… then, ${
          first.now === null ? `now it fails: ${first.failure}` : `${first.now.slice(0, 12)}… now`
        }`
      ])
]

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`

const linesOf = ({ cells, isInterrupted, isSame, nodes, run, surroundings }: Replayed): ReadonlyArray<string> => {
  const of = (status: ReplayedCell["status"]) => cells.filter((cell) => cell.status === status)
  const different = of("different")
  const unknown = of("unknown")
  const unlike = nodes.different > 0 && isSame
  return [
    runLine(run, []),
    `Computed again: ${counted(nodes.computed, "node")} for ${counted(cells.length, "cell")}; of ${nodes.compared} the store knows what they gave.`,
    ...surroundings.map((each) => `  ${each}`),
    ...different.slice(0, mostTold).flatMap(cellLines),
    ...(different.length > mostTold ? [`  … and ${different.length - mostTold} more cells`] : []),
    ...(unknown.length === 0
      ? []
      : [`${counted(unknown.length, "cell")}: the run left nothing of them to compare with.`]),
    ...(unlike
      ? [`${counted(nodes.different, "node")} came out otherwise, but what the cells published did not.`]
      : []),
    isInterrupted
      ? "Stopped before its end."
      : isSame
        ? `Same bits: all ${counted(of("same").length, "cell")}.`
        : different.length === 0
          ? "Nothing to compare with."
          : `Different: ${different.length} of ${counted(cells.length - unknown.length, "cell")}.`
  ]
}

/** Gives the exit code: 0 the same, 1 different; what cannot be computed again is refused (2). */
export const command = Effect.fnUntraced(function* ({ options, run }: Arguments<"replay">) {
  const control = yield* Control.make
  yield* Signals.stopper(control)
  let done = 0
  let total = 0
  const showsProgress = process.stderr.isTTY === true && options.format === "text"
  const replayed = yield* replay({
    store: options.store,
    run,
    only: yield* Typed.only(options.only),
    jobs: options.jobs,
    control,
    onPrint: (lines) => void process.stderr.write(lines),
    onEvent: (event) => {
      if (event._tag === "RunStarted") total = event.nodes.length
      if (event._tag !== "NodeSucceeded" || !showsProgress) return
      done += 1
      process.stderr.write(`\r${done} of ${total} nodes computed again${done === total ? "\n" : ""}`)
    }
  })
  const { isInterrupted, isSame } = replayed
  yield* Terminal.print(
    options.format === "json" ? `${JSON.stringify(replayed, null, 1)}\n` : `${linesOf(replayed).join("\n")}\n`
  )
  return isInterrupted ? 130 : isSame ? 0 : 1
}, Effect.scoped)
