/** `ablate show`: an artifact, the code behind a hash, what cells published, or where a figure comes from. */
import { Effect, Option, Schema } from "effect"
import * as Safetensors from "../../declare/Safetensors.ts"
import { type Shown, type ShownCell, show } from "../../session/commands/show.ts"
import { writeBytes } from "../../session/Writing.ts"
import { readManifest } from "../../store/index.ts"
import type { Arguments } from "../Arguments.ts"
import { formatBytes } from "../Bytes.ts"
import { figureLines } from "../FigureTree.ts"
import { runLine } from "../RunLine.ts"
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

/** Cells whose values stand beside each other. */
const mostColumns = 10

/** As many digits as tell figures apart; `--format json` has all. */
const figureText = (value: number | null): string =>
  value === null ? "undefined" : String(Number(value.toPrecision(6)))

/** Metrics of several cells: a line each, the mean first, then the values in the cells' order. */
const metricLines = (cells: ReadonlyArray<ShownCell>): ReadonlyArray<string> => {
  const names = [...new Set(cells.flatMap(({ metrics }) => Object.keys(metrics ?? {})))]
  const width = Math.max(0, ...names.map((name) => name.length))
  return names.map((name) => {
    const values = cells.map(({ metrics }) => metrics?.[name]?.value ?? null)
    const known = values.filter((value) => value !== null)
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length
    const each = cells.length > mostColumns ? "" : `: ${values.map(figureText).join("  ")}`
    return `  ${name.padEnd(width)}  ${known.length === 0 ? "undefined" : `mean ${figureText(mean)}`} of ${known.length}${each}`
  })
}

const outputLines = ({ cell, failure, outputs, run }: ShownCell, standing: string): ReadonlyArray<string> => {
  const width = Math.max(0, ...outputs.map(({ name }) => name.length))
  return [
    "",
    `${cell}${run === standing ? "" : `   from run ${run}`}`,
    ...(failure === null ? [] : [`  failed: ${failure}`]),
    ...outputs.map(({ hash, info, name }) => {
      const what =
        info === null ? "a file of the user, or no longer in the cache" : `${info.kind}, ${formatBytes(info.size)}`
      return `  ${name.padEnd(width)}  ${hash.slice(0, 16)}…  ${what}`
    })
  ]
}

const cellLines = ({
  cells,
  metrics,
  passedOver,
  run
}: Extract<Shown, { readonly _tag: "Cells" }>): ReadonlyArray<string> => [
  runLine(run, passedOver),
  ...(cells.length > 1
    ? [...Map.groupBy(cells, ({ variant }) => variant)].flatMap(([variant, some]) =>
        some.length > 1 ? ["", `${variant}: ${some.length} cells`, ...metricLines(some)] : []
      )
    : []),
  ...cells.flatMap((cell) => outputLines(cell, run.id)),
  ...(metrics === null ? [] : ["", shortened(JSON.stringify(metrics, null, 1))])
]

/** What a script reads of it: an artifact's bytes are had by --output. */
const jsonOf = (shown: Shown): string => {
  const told = shown._tag === "Artifact" ? { ...shown, bytes: undefined } : shown
  return `${JSON.stringify(told, null, 1)}\n`
}

/** Gives the exit code. */
export const command = Effect.fnUntraced(function* ({ metric, options, what }: Arguments<"show">) {
  const { experiment, format, output, run, store } = options
  const shown = yield* show({ store, what: yield* Typed.showTarget(what, experiment), metric, run, output })
  if (format === "json" && output === undefined) {
    yield* Terminal.print(jsonOf(shown))
    return 0
  }
  switch (shown._tag) {
    case "Figure":
      if (shown.passedOver.length > 0) yield* Terminal.say(`ablate: ${runLine(shown.run, shown.passedOver)}`)
      yield* Terminal.print(`${figureLines(shown.trace).join("\n")}\n`)
      return 0
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
