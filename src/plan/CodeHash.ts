/**
 * The code hash of stages: what a stage's own closure says, whatever else stands in its files. Comments,
 * formatting, types, names of locals and other stages change nothing; a helper three files away, a JSON
 * file, a template string or the version of a package does. Remembered by the stat of every file that
 * took part, so that a warm look-up reads no source and loads no bundler.
 */
import { relative, sep } from "node:path"
import { Clock, Effect, Option, Predicate, Schema } from "effect"
import { CodeHash } from "../domain/Hash.ts"
import { explain } from "./BundlerError.ts"
import type { ClosureContext } from "./Closure.ts"
import * as FileStamp from "./FileStamp.ts"

/** Part of the memo's name: raise it when the same source would get another hash. */
const scheme = "1"
const hashKind = `code/${scheme}`
const textKind = `code-text/${scheme}`

/** A small persistent map. What it loses is computed again. */
export interface CodeMemo {
  get(kind: string, id: string): string | undefined
  set(kind: string, id: string, json: string): void
}

/** Where a stage is found. `module`: path relative to the project root, with `/`. */
export interface StageRef {
  readonly module: string
  readonly export: string
}

export interface ClosureFile {
  /** Relative to the project root, with `/`. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Nanoseconds since 1970, decimal. */
  readonly mtimeNs: string
}

export interface StageCode {
  readonly hash: CodeHash
  /** Tree-shaken code without types and comments, each file between `//#region path` and `//#endregion`. */
  readonly readable: string
  /** Every project file that was read to find the closure. */
  readonly files: ReadonlyArray<ClosureFile>
  /** Sorted: `csv-parse@7.0.3`, `node:fs`, `ablate`. */
  readonly packages: ReadonlyArray<string>
}

export class CodeHashError extends Schema.TaggedError<CodeHashError>()("CodeHashError", {
  /** `module#export` of the stage. */
  stage: Schema.String,
  message: Schema.String
}) {}

interface Remembered {
  readonly hash: CodeHash
  readonly packages: ReadonlyArray<string>
  /** `<stamp>\t<absolute path>` of every project file that was read. */
  readonly files: ReadonlyArray<string>
  /** The same for the package.json files that gave the versions. */
  readonly manifests: ReadonlyArray<string>
}

/** Guards by hand: making a schema's decoder would cost more than all the rest of a warm look-up. */
const isTexts = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every(Predicate.isString)
const isRemembered = (value: unknown): value is Remembered =>
  Predicate.hasProperty(value, "hash") &&
  Predicate.isString(value.hash) &&
  /^[0-9a-f]{64}$/.test(value.hash) &&
  Predicate.hasProperty(value, "packages") &&
  isTexts(value.packages) &&
  Predicate.hasProperty(value, "files") &&
  isTexts(value.files) &&
  Predicate.hasProperty(value, "manifests") &&
  isTexts(value.manifests)

const parseJson = Option.liftThrowable((text: string): unknown => JSON.parse(text))
const decodeText = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.String))

const stampLine = ({ path, text }: { readonly path: string; readonly text: string }): string => `${text}\t${path}`
const parseStamp = (line: string): { readonly path: string; readonly text: string } => {
  const tab = line.indexOf("\t")
  return { path: line.slice(tab + 1), text: line.slice(0, tab) }
}

const closureFile = (projectRoot: string, line: string): ClosureFile => {
  const { path, text } = parseStamp(line)
  const [size, mtimeNs] = text.split(" ")
  return { path: relative(projectRoot, path).split(sep).join("/"), size: Number(size), mtimeNs: mtimeNs ?? "0" }
}

const stageLabel = (stage: StageRef): string => `${stage.module}#${stage.export}`

/** Checks remembered stamps, each file once however many stages share it. */
const stampChecker = (now: number) => {
  const checks = new Map<string, string | undefined>()
  const checkLine = (line: string): string | undefined => {
    const { path, text } = parseStamp(line)
    const kept = FileStamp.checked(path, text, now)
    return kept === undefined ? undefined : stampLine({ path, text: kept })
  }
  const check = (line: string): string | undefined => {
    if (!checks.has(line)) checks.set(line, checkLine(line))
    return checks.get(line)
  }
  return (lines: ReadonlyArray<string>): ReadonlyArray<string> | undefined => {
    const kept: Array<string> = []
    for (const line of lines) {
      const fresh = check(line)
      if (fresh === undefined) return undefined
      kept.push(fresh)
    }
    return kept
  }
}

export interface Options {
  /** Absolute. */
  readonly projectRoot: string
  readonly memo: CodeMemo
  /**
   * The stamps (by absolute path) under which the running program was compiled. A file that differs from
   * its stamp is refused, since its new code would be made the name of the old program's results.
   */
  readonly stamps?: ReadonlyMap<string, string>
}

/** Codes of the stages, in their order. Fails where a closure cannot be made or a file is being edited. */
export const stageCodes: (
  stages: ReadonlyArray<StageRef>,
  options: Options
) => Effect.Effect<ReadonlyArray<StageCode>, CodeHashError> = Effect.fn("CodeHash.stageCodes")(function* (
  stages,
  { memo, projectRoot, stamps }
) {
  const now = yield* Clock.currentTimeMillis
  const memoId = (stage: StageRef): string => `${projectRoot}\t${stageLabel(stage)}`
  const checkStamps = stampChecker(now)

  const recall = (stage: StageRef): Remembered | undefined => {
    const text = memo.get(hashKind, memoId(stage))
    if (text === undefined) return undefined
    const decoded = Option.filter(parseJson(text), isRemembered)
    if (Option.isNone(decoded)) return undefined
    const known = decoded.value
    const files = checkStamps(known.files)
    const manifests = checkStamps(known.manifests)
    if (files === undefined || manifests === undefined) return undefined
    const settled = { ...known, files, manifests }
    // Files that were young have aged: from now on their stat is enough.
    const json = JSON.stringify(settled)
    if (json !== text) memo.set(hashKind, memoId(stage), json)
    return settled
  }

  const compute = Effect.fnUntraced(function* (
    stage: StageRef,
    closures: typeof import("./Closure.ts"),
    context: ClosureContext
  ) {
    const closure = yield* Effect.tryPromise({
      try: () => closures.build(context, stage.module, stage.export),
      catch: (cause) => new CodeHashError({ stage: stageLabel(stage), message: explain(cause, projectRoot).message })
    })
    const value: Remembered = {
      hash: CodeHash.make(closure.hash),
      packages: closure.packages,
      files: closure.files.map(stampLine),
      manifests: closure.manifests.map(stampLine)
    }
    memo.set(textKind, value.hash, JSON.stringify(closure.readable))
    memo.set(hashKind, memoId(stage), JSON.stringify(value))
    return value
  })

  const recalled = stages.map((stage) => ({ stage, value: recall(stage) }))
  const isWarm = recalled.every(({ value }) => value !== undefined)
  const closures = isWarm ? undefined : yield* Effect.promise(() => import("./Closure.ts"))
  const context = closures && new closures.ClosureContext(projectRoot, now)

  return yield* Effect.forEach(
    recalled,
    Effect.fnUntraced(function* ({ stage, value: known }) {
      const value = known ?? (closures && context && (yield* compute(stage, closures, context)))
      if (value === undefined) return yield* Effect.die("a stage is neither recalled nor computed")
      const edited =
        stamps &&
        value.files.map(parseStamp).find(({ path, text }) => {
          const loaded = stamps.get(path)
          return loaded !== undefined && FileStamp.statPart(loaded) !== FileStamp.statPart(text)
        })
      if (edited !== undefined) {
        return yield* new CodeHashError({
          stage: stageLabel(stage),
          message: `${relative(projectRoot, edited.path)} changed while the experiment was being loaded: run the command again`
        })
      }
      return {
        hash: value.hash,
        packages: value.packages,
        get files() {
          return value.files.map((line) => closureFile(projectRoot, line))
        },
        get readable() {
          return Option.getOrElse(decodeText(memo.get(textKind, value.hash)), () => "")
        }
      }
    }),
    { concurrency: 4 }
  )
})

/** The readable code behind a code hash, where the memo still has it. */
export const readableCode = (memo: CodeMemo, hash: string): string | undefined => {
  const text = memo.get(textKind, hash)
  return text === undefined ? undefined : Option.getOrUndefined(decodeText(text))
}
