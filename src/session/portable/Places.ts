/**
 * Places in a compiled program as symbols, which say nothing of a machine: where the framework is, an installed package, a
 * file of the project. A program is compiled with them; whoever is about to import it puts its own places in.
 */
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { Option, Schema } from "effect"

export type Place =
  /** What the running command has: `ablate`, `ablate/numerics`, `effect-core`, `effect/Schema`. */
  | { readonly _tag: "Runtime"; readonly name: string }
  /** A module of the framework or of Effect that only the project's own packages have. */
  | { readonly _tag: "Installed"; readonly specifier: string }
  /** `path`: in the package's folder. */
  | { readonly _tag: "Package"; readonly name: string; readonly version: string; readonly path: string }
  /** `path`: relative to the project's root, with `/`. */
  | { readonly _tag: "Project"; readonly path: string }

/** As what the program needs it: a URL, a path, or the path of the folder that it is in. */
export type Form = "url" | "path" | "folder"

const SourceMap = Schema.fromJsonString(
  Schema.Struct({
    version: Schema.Int,
    sources: Schema.Array(Schema.String),
    names: Schema.Array(Schema.String),
    mappings: Schema.String
  })
)
const decodeMap = Schema.decodeUnknownOption(SourceMap)

/** No text of anybody's begins so. */
const begin = "ablate-place:7c1f9a3e"

const symbols = new RegExp(`${begin}((?::[\\w%.!~*()-]*)+)`, "g")

export const isSymbol = (text: string): boolean => text.startsWith(begin)

const written = (part: string): string => encodeURIComponent(part).replaceAll("'", "%27")

const partsOf = (place: Place): ReadonlyArray<string> => {
  switch (place._tag) {
    case "Runtime":
      return ["runtime", place.name]
    case "Installed":
      return ["installed", place.specifier]
    case "Package":
      return ["package", place.name, place.version, place.path]
    case "Project":
      return ["project", place.path]
  }
}

export const symbolOf = (place: Place, form: Form): string =>
  [begin, ...[...partsOf(place), form].map(written)].join(":")

const isForm = (text: string | undefined): text is Form => text === "url" || text === "path" || text === "folder"

const read = (text: string): { readonly place: Place; readonly form: Form } | undefined => {
  const parts = text.split(":").slice(1).map(decodeURIComponent)
  const form = parts.pop()
  const [kind, first = "", second = "", third = ""] = parts
  if (!isForm(form)) return undefined
  switch (kind) {
    case "runtime":
      return { place: { _tag: "Runtime", name: first }, form }
    case "installed":
      return { place: { _tag: "Installed", specifier: first }, form }
    case "package":
      return { place: { _tag: "Package", name: first, version: second, path: third }, form }
    case "project":
      return { place: { _tag: "Project", path: first }, form }
    default:
      return undefined
  }
}

/** The places that a program names, each once. */
export const placesIn = (code: string): ReadonlyArray<Place> => {
  const found = new Map<string, Place>()
  for (const [, text = ""] of code.matchAll(symbols)) {
    const place = read(text)?.place
    if (place !== undefined) found.set(partsOf(place).join("\0"), place)
  }
  return [...found.values()]
}

const formed = (url: string, form: Form): string => {
  if (form === "url") return url
  const path = fileURLToPath(url)
  return form === "path" ? path : dirname(path)
}

/** The program with places for symbols. `urlOf`: where something is here. */
export const linked = (code: string, urlOf: (place: Place) => string): string =>
  code.replaceAll(symbols, (symbol, text: string) => {
    const found = read(text)
    return found === undefined ? symbol : JSON.stringify(formed(urlOf(found.place), found.form)).slice(1, -1)
  })

export const urlOfPath = (path: string): string => pathToFileURL(path).href

/** A source map with the sources below a folder. */
export const mapped = (map: string, folder: string): string => {
  const read = Option.getOrUndefined(decodeMap(map))
  return read === undefined ? map : JSON.stringify({ ...read, sources: read.sources.map((path) => join(folder, path)) })
}
