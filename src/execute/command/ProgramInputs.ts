/** What a program by itself is given, outside of a run: values as artifacts, and what else its stage is wired to. */
import { hash } from "node:crypto"
import { existsSync } from "node:fs"
import { writeFile } from "node:fs/promises"
import { dirname, isAbsolute, join, resolve } from "node:path"
import { Effect, Schema } from "effect"
import type { Artifact } from "../../declare/Artifact.ts"
import type { ExternalNode } from "../../declare/Node.ts"
import type { AnyStage } from "../../declare/Stage.ts"
import { FileRef } from "../../domain/FileRef.ts"
import { ArtifactHash } from "../../domain/Hash.ts"
import { Files } from "../../store/index.ts"
import type { Reader } from "../StageRun.ts"
import type { InputRef } from "../Task.ts"
import { LayoutInvalid } from "./CommandError.ts"

/** The nearest folder upward that is a package. */
const projectOf = (from: string): string => {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder
    if (dirname(folder) === folder) return from
  }
}

const isRef = Schema.is(FileRef)

const hashOf = (content: string | Uint8Array) => ArtifactHash.make(hash("sha256", content))

const wiredTo = Effect.fnUntraced(function* (name: string, { kind, path }: ExternalNode<unknown>, project: string) {
  if (kind === "source" || kind === "file" || kind === "folder") {
    const file = isAbsolute(path) ? path : resolve(project, path)
    const files = yield* Files
    const found = yield* files.sourceHash(file)
    const ref: InputRef = { name, external: { path: file, hash: found.hash, isSource: true } }
    return ref
  }
  const value = kind === "variable" ? (process.env[path] ?? null) : kind === "project" ? project : path
  const ref: InputRef =
    kind === "variable"
      ? { name, external: { variable: path, value, hash: hashOf(JSON.stringify(value)) } }
      : { name, external: { text: path, value: value ?? "", hash: hashOf(value ?? "") } }
  return ref
})

/** The inputs as a run would wire them, and what reads those of them that are values. */
export const of = Effect.fnUntraced(function* (stage: AnyStage, values: { readonly [name: string]: unknown }) {
  const contents = new Map<ArtifactHash, Uint8Array>()
  const refOf = Effect.fnUntraced(function* (name: string, artifact: Artifact<unknown>, value: unknown) {
    if (isRef(value) && (artifact.kind === "file" || artifact.kind === "folder")) {
      const ref: InputRef = { name, external: value }
      return ref
    }
    const bytes = yield* artifact.encode(value)
    const content = hashOf(bytes)
    contents.set(content, bytes)
    const ref: InputRef = { name, artifact: content }
    return ref
  })
  const refs: Array<InputRef> = []
  for (const [name, input] of Object.entries(stage.inputs)) {
    const value = values[name]
    if (input.kind !== "list") refs.push(yield* refOf(name, input, value))
    else
      for (const [at, each] of (Array.isArray(value) ? value : []).entries())
        refs.push(yield* refOf(`${name}.${at}`, input.element, each))
  }
  const project = projectOf(process.cwd())
  for (const [name, external] of Object.entries(stage.wires)) refs.push(yield* wiredTo(name, external, project))
  const read = (content: ArtifactHash) => {
    const bytes = contents.get(content)
    return bytes === undefined
      ? Effect.fail(new LayoutInvalid({ problem: `there is no input ${content}` }))
      : Effect.succeed(bytes)
  }
  const reader: Reader<LayoutInvalid> = {
    read,
    copy: (content, to) =>
      Effect.flatMap(read(content), (bytes) => Effect.promise(() => writeFile(to, bytes, { mode: 0o444 })))
  }
  return { refs, reader }
})
