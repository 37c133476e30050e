/**
 * The working folder of an attempt: the program's files in `work/`, its inputs in `inputs/`, its config and output beside
 * them. What it finds depends on contents and declared names alone, so that it is the same on every machine.
 */
import { constants } from "node:fs"
import { chmod, copyFile, mkdir, readdir, stat, symlink, writeFile } from "node:fs/promises"
import { dirname, join, relative } from "node:path"
import { Effect } from "effect"
import type { Artifact } from "../../declare/Artifact.ts"
import { type Command, wired } from "../../declare/Command.ts"
import * as Json from "../../declare/Json.ts"
import { type AnyStage, inputArtifact } from "../../declare/Stage.ts"
import { isFileRef } from "../../domain/ExternalRef.ts"
import { isSourcePath } from "../../store/index.ts"
import type { Reader } from "../StageRun.ts"
import type { InputRef } from "../Task.ts"
import { LayoutInvalid } from "./CommandError.ts"
import * as Csv from "./Csv.ts"

/** What stands behind the dot of a file's name, by the kind of its artifact. */
const endings: { readonly [kind in Artifact<unknown>["kind"]]: string } = {
  json: ".json",
  table: ".json",
  metrics: ".json",
  notes: ".json",
  tensors: ".safetensors",
  bytes: ".bin",
  file: "",
  folder: ""
}

export interface Layout {
  /** The program's working folder. */
  readonly work: string
  readonly config: string
  readonly output: string
  /** Of every input its file; of a list the folder of its elements. */
  readonly inputs: ReadonlyMap<string, string>
  /** The files of the program, relative to the project and to its working folder, with `/`. */
  readonly files: ReadonlyArray<string>
}

const doing = <A>(work: () => Promise<A>) =>
  Effect.tryPromise({
    try: work,
    catch: (cause) =>
      new LayoutInvalid({ problem: `the working folder: ${cause instanceof Error ? cause.message : String(cause)}` })
  })

/** Every file can be executed and none written: what the source's own modes are is no part of its content. */
const copySource = async (from: string, to: string): Promise<void> => {
  await mkdir(dirname(to), { recursive: true })
  await copyFile(from, to, constants.COPYFILE_FICLONE)
  await chmod(to, 0o555)
}

/** Copies a file or folder of the program; gives the files' paths below `work`. */
const laySource = async (from: string, work: string, path: string): Promise<ReadonlyArray<string>> => {
  const to = join(work, path)
  if (!(await stat(from)).isDirectory()) {
    await copySource(from, to)
    return [path]
  }
  await mkdir(to, { recursive: true })
  const laid: Array<string> = []
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const name = relative(from, join(entry.parentPath, entry.name))
    if (!entry.isFile() || !isSourcePath(name)) continue
    await copySource(join(from, name), join(to, name))
    laid.push(`${path}/${name.replaceAll("\\", "/")}`)
  }
  return laid
}

const asCsv = (artifact: Artifact<unknown>, name: string, bytes: Uint8Array) =>
  Effect.gen(function* () {
    const value = yield* artifact.decode(bytes)
    if (artifact.cells === undefined) return yield* new LayoutInvalid({ problem: `the input "${name}" is no table` })
    const { columns, rows } = yield* Effect.mapError(
      artifact.cells.write(value),
      (problem) => new LayoutInvalid({ problem: `the input "${name}" cannot be laid out as CSV: ${problem}` })
    )
    return Csv.write(columns, rows)
  })

/** The input's own name, and the number of an element of a list. */
const parted = (wiredName: string): readonly [name: string, element: string | undefined] => {
  const [name = "", element] = wiredName.split(".")
  return [name, element]
}

const inputPath = (command: Command, artifact: Artifact<unknown>, wiredName: string): string => {
  const [name, element] = parted(wiredName)
  const layout = command.layout[name]
  const isStored = artifact.kind === "file" || artifact.kind === "folder"
  const ending = layout === "csv" ? ".csv" : endings[artifact.kind]
  if (element !== undefined) return join("inputs", name, `${element.padStart(4, "0")}${isStored ? "" : ending}`)
  return join("inputs", isStored && layout !== undefined ? join(name, layout) : `${name}${ending}`)
}

const layInput = <E>(stage: AnyStage, command: Command, input: InputRef, to: string, reader: Reader<E>) =>
  Effect.gen(function* () {
    const artifact = inputArtifact(stage, input.name)
    if (artifact === undefined) return
    yield* doing(() => mkdir(dirname(to), { recursive: true }))
    const isCsv = command.layout[parted(input.name)[0]] === "csv"
    if ("external" in input) {
      const { external } = input
      // The user's own: not copied, and looked at again when the program has ended.
      if (isFileRef(external)) return yield* doing(() => symlink(external.path, to))
      const bytes = yield* artifact.encode(external.value)
      return yield* doing(() => writeFile(to, bytes, { mode: 0o444 }))
    }
    if (!isCsv) return yield* reader.copy(input.artifact, to)
    const text = yield* asCsv(artifact, input.name, yield* reader.read(input.artifact))
    yield* doing(() => writeFile(to, text, { mode: 0o444 }))
  })

export interface Parts<E> {
  readonly stage: AnyStage
  readonly command: Command
  /** The encoded config. */
  readonly config: unknown
  readonly inputs: ReadonlyArray<InputRef>
  readonly scratch: string
  readonly reader: Reader<E>
}

/** Lays out everything that the program finds. */
export const layOut = Effect.fnUntraced(function* <E>({ command, config, inputs, reader, scratch, stage }: Parts<E>) {
  const work = join(scratch, "work")
  const configFile = join(scratch, "config.json")
  yield* doing(() => mkdir(work, { recursive: true }))
  yield* doing(() => mkdir(join(scratch, "inputs"), { recursive: true }))
  yield* doing(() => writeFile(configFile, Json.stringify(config), { mode: 0o444 }))
  const files: Array<string> = []
  for (const path of command.files) {
    const source = inputs.find((input) => input.name === wired.file(path))
    if (source === undefined || !("external" in source) || !isFileRef(source.external)) continue
    const from = source.external.path
    files.push(...(yield* doing(() => laySource(from, work, path))))
  }
  const places = new Map<string, string>()
  for (const [name, declared] of Object.entries(stage.inputs))
    if (declared.kind === "list") {
      const folder = join(scratch, "inputs", name)
      places.set(name, folder)
      yield* doing(() => mkdir(folder, { recursive: true }))
    }
  for (const input of inputs) {
    const artifact = inputArtifact(stage, input.name)
    if (artifact === undefined) continue
    const to = join(scratch, inputPath(command, artifact, input.name))
    const [name, element] = parted(input.name)
    if (element === undefined) places.set(name, to)
    yield* layInput(stage, command, input, to, reader)
  }
  const output = join(scratch, `output${command.outputAs === "csv" ? ".csv" : endings[stage.output.kind]}`)
  if (stage.output.kind === "folder") yield* doing(() => mkdir(output))
  const layout: Layout = { work, config: configFile, output, inputs: places, files }
  return layout
})
