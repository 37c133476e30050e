/** Places in compiled programs as places in the sources that they were compiled from. */
import { readFileSync } from "node:fs"
import { SourceMap } from "node:module"
import { relative } from "node:path"
import { fileURLToPath } from "node:url"
import { Option, Schema } from "effect"

/** A place in a compiled program, as stacks write it. */
const compiled = /(file:\/\/[^\s()]*\/programs\/[0-9a-f]{32}\.mjs):(\d+):(\d+)/

const everyCompiled = new RegExp(compiled, "g")

const Payload = Schema.fromJsonString(
  Schema.Struct({
    version: Schema.Int,
    file: Schema.optionalKey(Schema.NullOr(Schema.String)),
    sources: Schema.mutable(Schema.Array(Schema.String)),
    sourcesContent: Schema.optionalKey(Schema.mutable(Schema.Array(Schema.NullOr(Schema.String)))),
    names: Schema.mutable(Schema.Array(Schema.String)),
    mappings: Schema.String
  })
)

const maps = new Map<string, SourceMap | undefined>()

const read = Option.liftThrowable((url: string) => {
  const { file, mappings, names, sources, version } = Schema.decodeSync(Payload)(
    readFileSync(`${fileURLToPath(url)}.map`, "utf8")
  )
  return new SourceMap({ file: file ?? "", version, sources, sourcesContent: [], names, mappings, sourceRoot: "" })
})

const mapOf = (url: string): SourceMap | undefined => {
  if (!maps.has(url)) maps.set(url, Option.getOrUndefined(read(url)))
  return maps.get(url)
}

/** `file:line:column` in the source, the file relative to the working directory; undefined where that is not known. */
const original = (url: string, line: string, column: string): string | undefined => {
  const entry = mapOf(url)?.findEntry(Number(line) - 1, Number(column) - 1)
  if (entry === undefined || !("originalSource" in entry)) return undefined
  const path = entry.originalSource.startsWith("file:") ? fileURLToPath(entry.originalSource) : entry.originalSource
  return `${relative(process.cwd(), path)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
}

/** A text with every place in a compiled program as one in its source. */
export const inSources = (text: string): string =>
  text.includes("/programs/")
    ? text.replaceAll(everyCompiled, (place, url: string, line: string, column: string) => {
        return original(url, line, column) ?? place
      })
    : text

/** The first place of a stack that is in a source of the project: where its author has to look. */
export const firstPlace = (stack: string): string | undefined => {
  for (const line of stack.split("\n")) {
    const [, url, at, column] = compiled.exec(line) ?? []
    const place = url === undefined || at === undefined || column === undefined ? undefined : original(url, at, column)
    if (place !== undefined) return place
  }
  return undefined
}
