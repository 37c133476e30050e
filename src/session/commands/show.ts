/** `show`: an artifact, the code behind a hash, or what cells published. */
import { resolve } from "node:path"
import { Data, Effect, Exit, Option, Schema } from "effect"
import * as CellId from "../../domain/CellId.ts"
import { ArtifactHash } from "../../domain/Hash.ts"
import { Metrics } from "../../domain/Metrics.ts"
import type { RunRecord } from "../../domain/RunRecord.ts"
import { manifest } from "../../plan/CodeHash.ts"
import { ArtifactStore, Memo, RunHistory, StoreLocation } from "../../store/index.ts"
import type { Where } from "../Asked.ts"
import * as Cache from "../Cache.ts"
import type { CommandError } from "../CommandError.ts"
import { findRun } from "../FindRun.ts"
import * as Only from "../Only.ts"
import * as Project from "../Project.ts"
import { RunRef } from "../RunRef.ts"
import { UsageError } from "../UsageError.ts"

/** What is asked for. */
export type ShowTarget =
  /** Of an artifact or of a stage's code: 8 digits or more. */
  | { readonly _tag: "Hash"; readonly hash: string }
  /** Cells of the latest run of an experiment; default of the latest run of all. */
  | { readonly _tag: "Cells"; readonly only: Only.Only; readonly experiment?: string | undefined }

/** Makes a target: `ShowTarget.Hash({ hash })`, `ShowTarget.Cells({ only })`. */
export const ShowTarget: Data.TaggedEnum.Constructor<ShowTarget> = Data.taggedEnum<ShowTarget>()

export interface ShowOptions extends Where {
  readonly what: ShowTarget
  /** Where a file or folder is to be written: it is copied out of the store rather than read. */
  readonly output?: string | undefined
}

/** One output of a cell. */
export interface ShownOutput {
  readonly name: string
  readonly hash: ArtifactHash
  /** Null for a file of the user, and for what is no longer in the cache. */
  readonly info: { readonly kind: string; readonly size: number } | null
}

/** What {@link show} found. */
export type Shown =
  | {
      readonly _tag: "Artifact"
      readonly hash: ArtifactHash
      /** `json`, `tensors`, `bytes`. */
      readonly kind: string
      readonly size: number
      /** Null where they are too many to be read for being shown, and where they were copied. */
      readonly bytes: Uint8Array | null
      readonly isCopied: boolean
    }
  | { readonly _tag: "Code"; readonly text: string }
  | {
      readonly _tag: "Cells"
      readonly run: RunRecord
      readonly cells: ReadonlyArray<{ readonly cell: string; readonly outputs: ReadonlyArray<ShownOutput> }>
      /** Where it is one cell that published some. */
      readonly metrics: Metrics | null
    }

const decodeMetrics = Schema.decodeUnknownOption(Schema.fromJsonString(Metrics))

const cellsOf = Effect.fnUntraced(function* (
  project: Project.Project,
  { experiment, only }: Extract<ShowTarget, { readonly _tag: "Cells" }>
) {
  const artifacts = yield* ArtifactStore
  const history = yield* RunHistory
  const selection = Only.selectionOf(only)
  const run =
    experiment === undefined ? (yield* history.runs(1))[0] : yield* findRun(project, RunRef.Latest({ experiment }))
  if (run === undefined) return yield* new UsageError({ text: `there is no run in ${yield* StoreLocation} yet` })
  const pointOf = (cell: string) => Object.fromEntries(CellId.parse(cell).map(({ axis = "", label }) => [axis, label]))
  const all = (yield* history.cellsOf(run.id)).map((each) => ({ ...each, point: pointOf(each.cell) }))
  yield* Only.check(
    selection,
    all.map(({ point }) => point),
    "the cell"
  )
  const chosen = all.filter(({ point }) => Only.matches(selection, point))
  const cells = yield* Effect.forEach(chosen, ({ cell, outputs }) =>
    Effect.map(
      Effect.forEach(Object.entries(outputs), ([name, hash]) =>
        Effect.map(
          Effect.exit(artifacts.stat(hash)),
          (info): ShownOutput => ({
            name,
            hash,
            info: Exit.isSuccess(info) ? { kind: info.value.kind, size: info.value.size } : null
          })
        )
      ),
      (shown) => ({ cell, outputs: shown })
    )
  )
  const hash = chosen.length === 1 ? chosen[0]?.outputs.metrics : undefined
  const metrics =
    hash === undefined ? null : Option.getOrNull(decodeMetrics(new TextDecoder().decode(yield* artifacts.get(hash))))
  return { _tag: "Cells", run, cells, metrics } satisfies Shown
})

/** More of an artifact than this is not read to be shown. */
const shownBytes = 512 * 1024 * 1024

const behindHash = Effect.fnUntraced(function* (hash: string, output: string | undefined) {
  const artifacts = yield* ArtifactStore
  const prefix = hash.toLowerCase()
  if (!/^[0-9a-f]{8,64}$/.test(prefix))
    return yield* new UsageError({
      text: `"${hash}" is neither a hash (8 to 64 hexadecimal digits) nor a cell (axis=value,…)`
    })
  const text = (yield* manifest(yield* Memo, prefix))?.readable
  if (text !== undefined) return { _tag: "Code", text } satisfies Shown
  const [found, ...others] = yield* artifacts.find(prefix)
  if (found === undefined)
    return yield* new UsageError({ text: `no artifact in ${yield* StoreLocation} begins with ${prefix}` })
  if (others.length > 0)
    return yield* new UsageError({
      text: `${prefix} is ambiguous: ${[found, ...others].map((each) => `${each.slice(0, prefix.length + 6)}…`).join(", ")}`
    })
  const artifact = ArtifactHash.make(found)
  const { kind, size } = yield* artifacts.stat(artifact)
  const isCopied = output !== undefined && (kind === "file" || kind === "folder")
  if (isCopied) yield* artifacts.copyOut(artifact, resolve(output))
  const isRead = !isCopied && (output !== undefined || size <= shownBytes)
  const bytes = isRead ? yield* artifacts.get(artifact) : null
  return { _tag: "Artifact", hash: artifact, kind, size, bytes, isCopied } satisfies Shown
})

/** Reads an artifact, the code of a stage, or what cells gave. */
export const show = (options: ShowOptions): Effect.Effect<Shown, CommandError> =>
  Effect.flatMap(Project.find(options), (project): Effect.Effect<Shown, CommandError> => {
    const { what } = options
    return Effect.provide(
      Effect.gen(function* () {
        return what._tag === "Hash" ? yield* behindHash(what.hash, options.output) : yield* cellsOf(project, what)
      }),
      Cache.layer(project)
    )
  }).pipe(Effect.withSpan("ablate.show"))
