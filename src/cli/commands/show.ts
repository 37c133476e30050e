/** `ablate show`: an artifact, a cell's outputs, or the code behind a hash. */
import { Effect, Option, Schema } from "effect"
import * as Safetensors from "../../declare/Safetensors.ts"
import { type Shown, show } from "../../session/commands/show.ts"
import { writeBytes } from "../../session/Writing.ts"
import { readManifest } from "../../store/index.ts"
import type { Arguments } from "../Arguments.ts"
import { formatBytes } from "../Bytes.ts"
import * as Terminal from "../Terminal.ts"
import * as Typed from "../Typed.ts"

/** Characters of a JSON artifact printed to a terminal. */
const shownCharacters = 4000

/** A line for everything in a folder. */
const folderLines = (bytes: Uint8Array): string =>
  (readManifest(bytes)?.entries ?? [])
    .map((entry) => {
      if ("link" in entry) return `  ${entry.path} → ${entry.link}`
      if ("folder" in entry) return `  ${entry.path}/ (empty)`
      return `  ${entry.path}${entry.executable ? "*" : ""}  ${formatBytes(entry.size)}  ${entry.hash.slice(0, 16)}…`
    })
    .join("\n")

const shortened = (text: string): string =>
  text.length <= shownCharacters || process.stdout.isTTY !== true
    ? text
    : `${text.slice(0, shownCharacters)}\n… (${text.length - shownCharacters} more characters; -o FILE writes all)`

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
  if (kind === "folder") return folderLines(bytes)
  const text = new TextDecoder().decode(bytes)
  return shortened(
    Option.match(Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))(text), {
      onNone: () => text,
      onSome: (value) => JSON.stringify(value, null, 1)
    })
  )
}

const cellLines = ({ cells, metrics, run }: Extract<Shown, { readonly _tag: "Cells" }>): ReadonlyArray<string> => [
  `run ${run.id} of ${run.experiment}`,
  ...cells.flatMap(({ cell, outputs }) => {
    const width = Math.max(0, ...outputs.map(({ name }) => name.length))
    return [
      "",
      cell,
      ...outputs.map(({ hash, info, name }) => {
        const what =
          info === null ? "a file of the user, or no longer in the cache" : `${info.kind}, ${formatBytes(info.size)}`
        return `  ${name.padEnd(width)}  ${hash.slice(0, 16)}…  ${what}`
      })
    ]
  }),
  ...(metrics === null ? [] : ["", shortened(JSON.stringify(metrics, null, 1))])
]

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({ options, what }: Arguments<"show">) {
  const { experiment, output, store } = options
  const shown = yield* show({ store, what: yield* Typed.showTarget(what, experiment), output })
  switch (shown._tag) {
    case "Cells":
      yield* Terminal.print(`${cellLines(shown).join("\n")}\n`)
      return 0
    case "Code":
      yield* Terminal.print(`${shown.text}\n`)
      return 0
    case "Artifact": {
      const { bytes, hash, isCopied, kind, size } = shown
      if (isCopied) yield* Terminal.say(`the ${kind} was written to ${output}`)
      else if (bytes === null)
        yield* Terminal.say(`artifact ${hash}\n${kind}, ${formatBytes(size)}; --output FILE writes it`)
      else if (output === undefined) {
        yield* Terminal.say(`artifact ${hash}\n${kind}, ${formatBytes(size)}`)
        yield* Terminal.print(`${describe(kind, bytes)}\n`)
      } else {
        yield* writeBytes(output, bytes)
        yield* Terminal.say(`${formatBytes(bytes.length)} written to ${output}`)
      }
      return 0
    }
  }
})
