/** What a command prints of itself, such as the version of an interpreter: asked when a plan is made, and remembered for its binary. */
import { closeSync, openSync, readSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { Duration, Effect, Option, Schema } from "effect"
import type { Memo } from "../../store/index.ts"
import { CommandFailed, ProgramMissing } from "./CommandError.ts"
import { environment } from "./Environment.ts"
import { findProgram } from "./FindProgram.ts"
import * as Process from "./Process.ts"

const Remembered = Schema.fromJsonString(Schema.Struct({ stamp: Schema.String, printed: Schema.String }))
const recall = Schema.decodeUnknownOption(Remembered)
const written = Schema.encodeSync(Remembered)

const memoKind = "printed/1"
const limit = Duration.seconds(30)

/** A binary by its stat. A script may ask for anything and says nothing by its own stat: undefined. */
const stampOf = (path: string): string | undefined => {
  const file = openSync(path, "r")
  const head = Buffer.alloc(2)
  readSync(file, head)
  closeSync(file)
  if (head.toString("latin1") === "#!") return undefined
  const { ctimeNs, ino, mtimeNs, size } = statSync(path, { bigint: true })
  return [ino, size, mtimeNs, ctimeNs].join(":")
}

/** Only asking a binary for its version depends on nothing but the binary. */
const asksVersion = (argv: ReadonlyArray<string>) =>
  argv.length === 2 && /^(--version|-version|-V|version)$/.test(argv[1] ?? "")

/** The text, without the spaces around it. It runs where programs run: outside the project, with little environment. */
export const printedBy = Effect.fnUntraced(function* (
  argv: ReadonlyArray<string>,
  project: string,
  memo: Memo["Service"]
) {
  const [first = "", ...rest] = argv
  const env = environment()
  const program = yield* findProgram(first, { project, path: env.PATH ?? "" })
  const stamp = asksVersion(argv) ? stampOf(program) : undefined
  const id = [program, ...rest].join("\0")
  const known = stamp === undefined ? undefined : Option.getOrUndefined(recall(yield* memo.get(memoKind, id)))
  if (known !== undefined && known.stamp === stamp) return known.printed
  const lines: Array<string> = []
  const take = (line: string) => void lines.push(line)
  const ended = yield* Process.run({
    program,
    arguments: rest,
    cwd: tmpdir(),
    env,
    stdout: take,
    stderr: take,
    scratch: ""
  }).pipe(
    Effect.mapError(({ message }) => new ProgramMissing({ program: first, advice: message })),
    Effect.timeoutOrElse({
      duration: limit,
      orElse: () => Effect.succeed<Process.Ended>({ code: null, signal: `the time limit (${Duration.format(limit)})` })
    })
  )
  const printed = lines.join("\n").trim()
  if (ended.code !== 0)
    return yield* new CommandFailed({ program: argv.join(" "), ...ended, tail: printed.slice(-500) })
  if (stamp !== undefined) yield* memo.set(memoKind, id, written({ stamp, printed }))
  return printed
})
