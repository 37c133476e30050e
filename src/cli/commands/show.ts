/** `ablate show`: an artifact, a cell's outputs, or the code behind a hash. */
import { Effect, Exit, Option, Schema } from "effect"
import * as Safetensors from "../../declare/Safetensors.ts"
import * as CellId from "../../domain/CellId.ts"
import { ArtifactHash } from "../../domain/Hash.ts"
import { readableCode } from "../../plan/CodeHash.ts"
import * as Cache from "../../session/Cache.ts"
import { runByName } from "../../session/FindRun.ts"
import * as Only from "../../session/Only.ts"
import * as Project from "../../session/Project.ts"
import { UsageError } from "../../session/UsageError.ts"
import { writeBytes } from "../../session/Writing.ts"
import { Store } from "../../store/index.ts"
import type { Arguments } from "../Arguments.ts"
import { formatBytes } from "../Bytes.ts"
import * as Terminal from "../Terminal.ts"

/** Characters of a JSON artifact printed to a terminal. */
const shownCharacters = 4000

const describe = (kind: string, bytes: Uint8Array): string => {
  if (kind === "tensors") {
    const decoded = Safetensors.decode(bytes)
    if (typeof decoded === "string") return decoded
    const rows = Object.entries(decoded.tensors).map(([name, { dtype, shape }]) => `  ${name}: ${dtype} [${shape}]`)
    return [
      ...rows,
      ...Object.entries(decoded.metadata).map(([name, text]) => `  ${name}: ${text.slice(0, 1000)}`)
    ].join("\n")
  }
  if (kind === "bytes") return ""
  const text = new TextDecoder().decode(bytes)
  const pretty = Option.match(Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))(text), {
    onNone: () => text,
    onSome: (value) => JSON.stringify(value, null, 1)
  })
  return pretty.length <= shownCharacters || process.stdout.isTTY !== true
    ? pretty
    : `${pretty.slice(0, shownCharacters)}\n… (${pretty.length - shownCharacters} more characters; -o FILE writes all)`
}

const showArtifact = Effect.fnUntraced(function* (hash: ArtifactHash, output: string | undefined) {
  const store = yield* Store
  const info = yield* store.statArtifact(hash)
  const bytes = yield* store.getArtifact(hash)
  if (output !== undefined) {
    yield* writeBytes(output, bytes)
    yield* Terminal.say(`${formatBytes(bytes.length)} written to ${output}`)
    return
  }
  yield* Terminal.say(`artifact ${hash}\n${info.kind}, ${formatBytes(info.size)}`)
  yield* Terminal.print(`${describe(info.kind, bytes)}\n`)
})

const showCell = Effect.fnUntraced(function* (what: string, experiment: string | undefined, project: Project.Project) {
  const store = yield* Store
  const selection = yield* Only.parse([what], "the cell")
  const run = experiment === undefined ? (yield* store.runs(1))[0] : yield* runByName(project, experiment)
  if (run === undefined) return yield* new UsageError({ text: `there is no run in ${store.dir} yet` })
  const pointOf = (cell: string) => Object.fromEntries(CellId.parse(cell).map(({ axis = "", label }) => [axis, label]))
  const cells = yield* store.cellsOf(run.id)
  yield* Only.check(
    selection,
    cells.map((each) => pointOf(each.cell)),
    "the cell"
  )
  const chosen = cells.filter((each) => Only.matches(selection, pointOf(each.cell)))
  const lines: Array<string> = [`run ${run.id} of ${run.experiment}`]
  for (const { cell, outputs } of chosen) {
    lines.push("", cell)
    const width = Math.max(0, ...Object.keys(outputs).map((name) => name.length))
    for (const [name, hash] of Object.entries(outputs)) {
      const info = yield* Effect.exit(store.statArtifact(hash))
      lines.push(
        `  ${name.padEnd(width)}  ${hash.slice(0, 16)}…  ${
          Exit.isSuccess(info)
            ? `${info.value.kind}, ${formatBytes(info.value.size)}`
            : "a file of the user, or no longer in the cache"
        }`
      )
    }
    if (chosen.length === 1 && outputs.metrics !== undefined)
      lines.push("", describe("metrics", yield* store.getArtifact(outputs.metrics)))
  }
  yield* Terminal.print(`${lines.join("\n")}\n`)
})

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* (args: Arguments) {
  const project = yield* Project.around(process.cwd(), args.text("store"))
  const what = args.positionals[0] ?? ""
  return yield* Effect.gen(function* () {
    const store = yield* Store
    if (what.includes("=")) {
      yield* showCell(what, args.text("experiment"), project)
      return 0
    }
    const prefix = what
      .replace(/…$/, "")
      .replace(/^code:/, "")
      .toLowerCase()
    if (!/^[0-9a-f]{8,64}$/.test(prefix))
      return yield* new UsageError({
        text: `"${what}" is neither a hash (8 to 64 hexadecimal digits) nor a cell (axis=value,…)`
      })
    const code = readableCode(store.memo, prefix)
    if (code !== undefined) {
      yield* Terminal.print(`${code}\n`)
      return 0
    }
    const found = yield* store.findArtifacts(prefix)
    if (found.length === 0) return yield* new UsageError({ text: `no artifact in ${store.dir} begins with ${prefix}` })
    if (found.length > 1)
      return yield* new UsageError({
        text: `${prefix} is ambiguous: ${found.map((hash) => `${hash.slice(0, prefix.length + 6)}…`).join(", ")}`
      })
    yield* showArtifact(ArtifactHash.make(found[0] ?? ""), args.text("output"))
    return 0
  }).pipe(Effect.provide(Cache.layer(project)))
})
