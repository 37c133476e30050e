/** Makes a task of another machine one of this: its program, the files that it gets from outside, what it asks of programs. */
import { existsSync, statSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import { Clock, Effect, Option, Semaphore } from "effect"
import { wired } from "../../declare/Command.ts"
import { type ExternalRef, isFileRef } from "../../domain/ExternalRef.ts"
import type { FileRef } from "../../domain/FileRef.ts"
import { ArtifactHash } from "../../domain/Hash.ts"
import { printedBy } from "../../execute/command/Printed.ts"
import type { InputRef, Task } from "../../execute/Task.ts"
import { type ArtifactStore, type Files, Memo } from "../../store/index.ts"
import { type Here, materialise } from "./Materialise.ts"
import { ProgramRefused } from "./PortableError.ts"
import { fromStore, isSame } from "./StoredFile.ts"

const refused = (reason: string) => new ProgramRefused({ host: hostname(), reasons: [reason] })

/** So long a program that was found sound is taken without another look at its packages, while nothing is installed. */
const soundMs = 5000

const stamp = Option.liftThrowable((path: string) => {
  const { ino, mtimeMs, size } = statSync(path)
  return `${ino} ${mtimeMs} ${size}`
})

const localFile = Effect.fnUntraced(function* (here: Here, ref: FileRef) {
  if (yield* isSame(ref)) return ref
  const stored = yield* fromStore(here.storeDir, ref)
  if (stored !== undefined) return stored
  const what = existsSync(ref.path) ? "is another one here" : "is not here"
  return yield* refused(
    `${ref.path} ${what}, and the store has not what it was where the run was started (${ref.hash.slice(0, 12)}…): have it at this path, in a folder that all machines see, or start the run with a larger ABLATE_SHARE_LIMIT`
  )
})

const localExternal = Effect.fnUntraced(function* (here: Here, name: string, external: ExternalRef) {
  if (isFileRef(external)) return yield* localFile(here, external)
  if (!("text" in external)) return external
  if (name === wired.project) return { ...external, value: here.root }
  const { argv, value } = external
  if (argv === undefined) return external
  const printed = yield* printedBy(argv, here.root, yield* Memo).pipe(
    Effect.catchTags({
      ProgramMissing: ({ message }) => refused(message),
      CommandFailed: ({ message }) => refused(message)
    })
  )
  return printed === value
    ? external
    : yield* refused(
        `\`${argv.join(" ")}\` prints ${JSON.stringify(printed)} here, and ${JSON.stringify(value)} where the run was started: install the same`
      )
})

interface Sound {
  readonly program: string
  readonly stamp: string
  readonly at: number
}

/** Makes tasks of this machine, one program after the other. */
export const make = (here: Here) =>
  Effect.gen(function* () {
    const sound = new Map<string, Sound>()
    const context = yield* Effect.context<ArtifactStore | Files | Memo>()
    const one = yield* Semaphore.make(1)
    const installed = () =>
      Option.getOrElse(stamp(join(here.root, "node_modules", ".package-lock.json")), () => "") +
      Option.getOrElse(stamp(join(here.root, "node_modules")), () => "")
    const programOf = Effect.fnUntraced(function* (hash: string) {
      const now = yield* Clock.currentTimeMillis
      const known = sound.get(hash)
      if (known !== undefined && now - known.at < soundMs && known.stamp === installed()) return known.program
      const program = yield* materialise(here, ArtifactHash.make(hash))
      sound.set(hash, { program, stamp: installed(), at: now })
      return program
    })
    const localised = Effect.fn("Portable.localise")(function* (task: Task) {
      const hash = yield* one.withPermit(programOf(task.program.hash))
      const inputs = yield* Effect.forEach(task.inputs, (input) =>
        "external" in input
          ? Effect.map(
              one.withPermit(localExternal(here, input.name, input.external)),
              (external): InputRef => ({ name: input.name, external })
            )
          : Effect.succeed(input)
      )
      const local: Task = { ...task, program: { ...task.program, hash }, inputs }
      return local
    })
    return (task: Task) => Effect.provideContext(localised(task), context)
  })
