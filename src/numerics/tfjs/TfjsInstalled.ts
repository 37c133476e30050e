/** Which TensorFlow.js is installed here, and what its bits depend on. Loads nothing of it. */
import { createHash } from "node:crypto"
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync
} from "node:fs"
import { createRequire } from "node:module"
import { availableParallelism, cpus } from "node:os"
import { join } from "node:path"
import { Schema } from "effect"

/** `tfjs-node`: TensorFlow's native library. `tfjs-wasm`: tfjs-core on the WebAssembly back end. */
export type TfjsVariant = "tfjs-node" | "tfjs-wasm"

/** The release whose results were compared with the engine's. */
export const TFJS_VERSION = "4.22.0"

const NODE = "@tensorflow/tfjs-node"
const packages: Readonly<Record<TfjsVariant, ReadonlyArray<string>>> = {
  "tfjs-node": [NODE],
  "tfjs-wasm": ["@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-wasm"]
}

const require = createRequire(import.meta.url)

/** Where tfjs-node keeps its binding: a package whose install script was refused has no such folder. */
const BINDING = "lib/napi-v8"
/** Where it keeps TensorFlow's library (on Windows that lies beside the binding). */
const LIBRARY = "deps/lib"

/** A package that can be used, by its name: tfjs-node without its binding cannot. */
const folderOf = (name: string): string | undefined => {
  const part = name === NODE ? BINDING : "package.json"
  return require.resolve
    .paths(name)
    ?.map((folder) => join(folder, name))
    .find((folder) => existsSync(join(folder, part)))
}

/** The packages that a variant needs and that are not here. */
export const missingFor = (variant: TfjsVariant): ReadonlyArray<string> =>
  packages[variant].filter((name) => folderOf(name) === undefined)

/** What a back end's name means on this machine: `"tfjs"` is the native one where that is installed. */
export const variantOf = (backend: TfjsVariant | "tfjs"): TfjsVariant =>
  backend !== "tfjs" ? backend : missingFor("tfjs-node").length === 0 ? "tfjs-node" : "tfjs-wasm"

const Manifest = Schema.fromJsonString(Schema.Struct({ version: Schema.String }))

/** As the packages that are found say it; none where they are not. */
export const versionOf = (variant: TfjsVariant): string => {
  const versions = packages[variant].map((name) => {
    const folder = folderOf(name)
    return folder === undefined
      ? "none"
      : Schema.decodeUnknownSync(Manifest)(readFileSync(join(folder, "package.json"), "utf8")).version
  })
  return [...new Set(versions)].join("+")
}

const short = (parts: ReadonlyArray<string | Uint8Array>): string => {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(`${part.length}:`).update(part)
  return hash.digest("hex").slice(0, 12)
}

/** Bytes at each end of a library that tell builds apart: what they are made of, and where its sections lie. */
const END = 1 << 16

/** A file's length and both its ends: TensorFlow's library has half a gigabyte. */
const ends = (path: string): ReadonlyArray<string | Uint8Array> => {
  const file = openSync(path, "r")
  const { size } = fstatSync(file)
  const read = (from: number) => {
    const bytes = new Uint8Array(Math.min(END, size))
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from))
  }
  const parts = [`${size}`, read(0), read(Math.max(0, size - END))]
  closeSync(file)
  return parts
}

/** The libraries, whatever their names are and however they are linked. The binding computes nothing: no two builds of it are alike. */
const libraryId = (folder: string): string => {
  const places = [BINDING, LIBRARY].map((under) => join(folder, under)).filter((place) => existsSync(place))
  const files = places.flatMap((place) => readdirSync(place).map((name) => join(place, name)))
  const isLibrary = (file: string) => !file.endsWith(".node") && existsSync(file) && statSync(file).isFile()
  const real = new Set(files.filter(isLibrary).map((file) => realpathSync(file)))
  return short([...real].map((file) => short(ends(file))).sort())
}

/** Extensions of the processor that arithmetic may use, as Linux tells them. */
const extensions = (): string => {
  const told = existsSync("/proc/cpuinfo") ? readFileSync("/proc/cpuinfo", "utf8") : ""
  const flags = /^(?:flags|Features)\s*:(.*)$/m.exec(told)?.[1] ?? ""
  return flags
    .trim()
    .split(/\s+/)
    .filter((flag) => /^(sse|ssse|avx|fma|f16c|amx|neon|asimd|sve|sme|bf16|i8mm)/.test(flag))
    .sort()
    .join(" ")
}

/** TensorFlow chooses its kernels by the processor, and these variables change which. */
const isSwitch = (name: string): boolean => /^(TF|ONEDNN|DNNL|OMP|KMP|MKL)_/.test(name) && !/^TF_CPP_/.test(name)

const processorId = (): string => {
  const switches = Object.keys(process.env).filter(isSwitch).sort()
  return short([
    cpus()[0]?.model ?? "",
    extensions(),
    `${availableParallelism()}`,
    ...switches.map((name) => `${name}=${process.env[name]}`)
  ])
}

const known = new Map<TfjsVariant, string>()

/**
 * A short name of a variant's arithmetic. WebAssembly gives the same bits everywhere: its version is enough. TensorFlow's
 * library does not: its build, the processor, the number of cores and the variables that switch kernels are in the name.
 */
export const tfjsId = (variant: TfjsVariant): string => {
  const before = known.get(variant)
  if (before !== undefined) return before
  const name = `${variant}@${versionOf(variant)}`
  const folder = variant === "tfjs-node" ? folderOf(NODE) : undefined
  const id = folder === undefined ? name : `${name} library@${libraryId(folder)} processor@${processorId()}`
  known.set(variant, id)
  return id
}
