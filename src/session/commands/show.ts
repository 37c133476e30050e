/** `show`: an artifact, the code behind a hash, or what cells published. */
import { resolve } from "node:path"
import { Data, Effect, Exit } from "effect"
import * as CellId from "../../domain/CellId.ts"
import { ArtifactHash, type RunId } from "../../domain/Hash.ts"
import type { Metrics } from "../../domain/Metrics.ts"
import type { RunRecord } from "../../domain/RunRecord.ts"
import { manifest } from "../../plan/CodeHash.ts"
import { ArtifactStore, Memo, RunHistory, StoreLocation } from "../../store/index.ts"
import type { Where } from "../Asked.ts"
import * as Cache from "../Cache.ts"
import type { CommandError } from "../CommandError.ts"
import { metricsOf, type SourceCell, traceOf } from "../FigureTrace.ts"
import { experimentByName, runById, standing } from "../FindRun.ts"
import { cellsOfRun, latestCells } from "../LatestCells.ts"
import * as Only from "../Only.ts"
import { expansionOfRun } from "../OpenExperiment.ts"
import type { PassedOver } from "../PassedOver.ts"
import * as Project from "../Project.ts"
import { isRow } from "../Rows.ts"
import type { FigureTrace } from "../TracedFigure.ts"
import { didYouMean, UsageError } from "../UsageError.ts"

/** What is asked for. */
export type ShowTarget =
  /** Of an artifact or of a stage's code: 8 digits or more. */
  | { readonly _tag: "Hash"; readonly hash: string }
  /** Cells of an experiment; default of the one that ran last. */
  | { readonly _tag: "Cells"; readonly only: Only.Only; readonly experiment?: string | undefined }
  /** The same by the labels of a row of the table, joined by `/`. */
  | { readonly _tag: "Row"; readonly name: string; readonly experiment?: string | undefined }

/** Makes a target: `ShowTarget.Hash({ hash })`, `ShowTarget.Cells({ only })`. */
export const ShowTarget: Data.TaggedEnum.Constructor<ShowTarget> = Data.taggedEnum<ShowTarget>()

type CellsTarget = Exclude<ShowTarget, { readonly _tag: "Hash" }>

export interface ShowOptions extends Where {
  readonly what: ShowTarget
  /** Of cells: the metric whose figures are to be traced. */
  readonly metric?: string | undefined
  /** Of cells: the run by its id, a beginning of it, or `latest`; default the cells as they stand in the table. */
  readonly run?: string | undefined
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

/** What one cell published, or how it failed. */
export interface ShownCell {
  readonly cell: string
  /** The cell without its seed. */
  readonly variant: string
  /** The run that it is taken from. */
  readonly run: RunId
  readonly outputs: ReadonlyArray<ShownOutput>
  /** Null where it published none, or they cannot be read. */
  readonly metrics: Metrics | null
  readonly failure: string | null
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
      readonly passedOver: ReadonlyArray<PassedOver>
      readonly cells: ReadonlyArray<ShownCell>
      /** Where it is one cell that published some. */
      readonly metrics: Metrics | null
    }
  | {
      readonly _tag: "Figure"
      readonly run: RunRecord
      readonly passedOver: ReadonlyArray<PassedOver>
      readonly trace: FigureTrace
    }

/** The run that is meant: the named one, else the one that stands for the experiment, by default that which ran last. */
const runOf = Effect.fnUntraced(function* (project: Project.Project, experiment: string | undefined, run?: string) {
  const history = yield* RunHistory
  const named = experiment === undefined ? undefined : yield* experimentByName(project, experiment)
  if (run !== undefined) return { run: yield* runById(run, named), passedOver: [], isNamed: true }
  const last = named ?? (yield* history.runs(1))[0]
  if (last === undefined) return yield* new UsageError({ text: `there is no run in ${yield* StoreLocation} yet` })
  const id = "name" in last ? last : { name: last.experiment, file: last.file }
  return { ...(yield* standing(id)), isNamed: false }
})

/** Its cells, each with the run that it is taken from. Where the experiment's file cannot be read any more: the run's own. */
const sourcesOf = Effect.fnUntraced(function* (project: Project.Project, run: RunRecord, isNamed: boolean) {
  const own = Effect.map((yield* RunHistory).cellsOf(run.id), (cells) =>
    cells.map((cell): SourceCell => ({ cell, run, variant: cell.cell }))
  )
  const declared = Effect.gen(function* () {
    const { expansion } = yield* expansionOfRun(project, run.file, run)
    const variants = new Map(expansion.cells.map(({ id, variant }) => [id, variant]))
    const { cells, from } = yield* isNamed ? cellsOfRun(expansion, run) : latestCells(expansion, run)
    return cells.map(
      (cell): SourceCell => ({ cell, run: from.get(cell.cell) ?? run, variant: variants.get(cell.cell) ?? cell.cell })
    )
  })
  return yield* Effect.catchTags(declared, {
    UsageError: () => own,
    ExperimentInvalid: () => own,
    ExperimentNotFound: () => own,
    ProgramNotWritten: () => own
  })
})

/** The cells that are meant. */
const choose = Effect.fnUntraced(function* (what: CellsTarget, experiment: string, sources: ReadonlyArray<SourceCell>) {
  if (sources.length === 0)
    return yield* new UsageError({
      text: `no cell of ${experiment} has ended yet${what.experiment === undefined ? ", which ran last: name the experiment that is meant" : ""}`
    })
  const all = sources.map((source) => ({ source, point: CellId.labelsOf(source.cell.cell) }))
  if (what._tag === "Row") {
    const chosen = all.filter(({ point }) => isRow(what.name, Object.values(point)))
    if (chosen.length > 0) return chosen.map(({ source }) => source)
    const first = all[0]
    const labels = [...new Set(all.flatMap(({ point }) => Object.values(point)))]
    return yield* new UsageError({
      text: `"${what.name}" is neither a hash (8 to 64 hexadecimal digits) nor a row of ${experiment}.${didYouMean(what.name, labels)} A cell is written ${first?.source.cell.cell ?? "axis=value,…"}`
    })
  }
  const selection = Only.selectionOf(what.only)
  yield* Only.check(
    selection,
    all.map(({ point }) => point),
    "cell"
  ).pipe(
    Effect.mapError((error) =>
      what.experiment === undefined
        ? new UsageError({ ...error, text: `${error.text} (of ${experiment}, which ran last: or name an experiment)` })
        : error
    )
  )
  const chosen = all.filter(({ point }) => Only.matches(selection, point)).map(({ source }) => source)
  if (chosen.length > 0) return chosen
  return yield* new UsageError({ text: `no cell of ${experiment} has all of ${Only.format(selection)}` })
})

const shownCell = Effect.fnUntraced(function* (source: SourceCell) {
  const artifacts = yield* ArtifactStore
  const { cell, run, variant } = source
  const outputs = yield* Effect.forEach(Object.entries(cell.outputs), ([name, hash]) =>
    Effect.map(
      Effect.exit(artifacts.stat(hash)),
      (info): ShownOutput => ({
        name,
        hash,
        info: Exit.isSuccess(info) ? { kind: info.value.kind, size: info.value.size } : null
      })
    )
  )
  const shown: ShownCell = {
    cell: cell.cell,
    variant,
    run: run.id,
    outputs,
    metrics: (yield* metricsOf(cell)) ?? null,
    failure: cell.failure ?? null
  }
  return shown
})

const cellsOf = Effect.fnUntraced(function* (project: Project.Project, what: CellsTarget, options: ShowOptions) {
  const { isNamed, passedOver, run } = yield* runOf(project, what.experiment, options.run)
  const sources = yield* sourcesOf(project, run, isNamed)
  const chosen = yield* choose(what, run.experiment, sources)
  const { metric } = options
  if (metric === undefined) {
    const cells = yield* Effect.forEach(chosen, shownCell)
    const metrics = cells.length === 1 ? (cells[0]?.metrics ?? null) : null
    return { _tag: "Cells", run, passedOver, cells, metrics } satisfies Shown
  }
  const trace = yield* traceOf(metric, chosen)
  if (trace.figures.some(({ measure }) => measure !== null))
    return { _tag: "Figure", run, passedOver, trace } satisfies Shown
  const names = [
    ...new Set((yield* Effect.forEach(chosen, ({ cell }) => metricsOf(cell))).flatMap((all) => Object.keys(all ?? {})))
  ]
  if (names.includes(metric)) return { _tag: "Figure", run, passedOver, trace } satisfies Shown
  return yield* new UsageError({
    text:
      names.length === 0
        ? `${trace.figures[0]?.cell}: it has no metrics: ${trace.figures[0]?.reason}`
        : `there is no metric "${metric}" in ${trace.figures[0]?.cell}.${didYouMean(metric, names)} Its metrics are ${names.join(", ")}`
  })
})

/** More of an artifact than this is not read to be shown. */
const shownBytes = 512 * 1024 * 1024

/** Codes of stages, by the beginning of their hash: those that runs recorded, and one that is written in full. */
const codesOf = Effect.fnUntraced(function* (prefix: string) {
  const runs = yield* (yield* RunHistory).runs(10_000)
  const codes = runs.flatMap(({ basis }) => Object.values(basis ?? {}).filter((each) => each.startsWith("code:")))
  const found = new Set(codes.map((each) => each.slice("code:".length)).filter((each) => each.startsWith(prefix)))
  const isKnown = (yield* manifest(yield* Memo, prefix)) !== undefined
  return isKnown ? [prefix] : [...found]
})

const behindHash = Effect.fnUntraced(function* (hash: string, output: string | undefined) {
  const artifacts = yield* ArtifactStore
  const prefix = hash.toLowerCase()
  if (!/^[0-9a-f]{8,64}$/.test(prefix))
    return yield* new UsageError({
      text: `"${hash}" is neither a hash (8 to 64 hexadecimal digits) nor a cell (axis=value,…)`
    })
  const [found, ...others] = yield* artifacts.find(prefix)
  const codes = yield* codesOf(prefix)
  const [code] = codes
  if (code !== undefined && codes.length === 1 && found === undefined) {
    const text = (yield* manifest(yield* Memo, code))?.readable
    if (text !== undefined) return { _tag: "Code", text } satisfies Shown
    return yield* new UsageError({ text: `the code ${code} is no longer in ${yield* StoreLocation}` })
  }
  if (found === undefined)
    return yield* new UsageError({
      text:
        codes.length > 1
          ? `${prefix} is ambiguous: it begins the hashes of ${codes.length} codes. Write more of it`
          : `no artifact or code in ${yield* StoreLocation} begins with ${prefix}`
    })
  if (others.length + codes.length > 0)
    return yield* new UsageError({
      text: `${prefix} is ambiguous: ${[found, ...others, ...codes].map((each) => `${each.slice(0, prefix.length + 6)}…`).join(", ")}`
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
        const { metric, run } = options
        if (what._tag === "Hash" && (metric !== undefined || run !== undefined))
          return yield* new UsageError({
            text: `${what.hash} is the hash of an artifact or a code, of which no ${metric === undefined ? "run" : `metric "${metric}"`} can be shown: name a cell (axis=value,…) or a row instead`
          })
        return what._tag === "Hash"
          ? yield* behindHash(what.hash, options.output)
          : yield* cellsOf(project, what, options)
      }),
      Cache.layer(project)
    )
  }).pipe(Effect.withSpan("ablate.show"))
