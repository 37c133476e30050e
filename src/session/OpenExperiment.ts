/** From an experiment's name to everything a plan needs. Computes nothing; reads files only to hash them. */
import { hash } from "node:crypto"
import { homedir } from "node:os"
import { isAbsolute, join, relative, resolve } from "node:path"
import { Effect, Result } from "effect"
import { DeclarationError } from "../declare/DeclarationError.ts"
import { type AnyExperiment, type Expansion, isExperiment } from "../declare/Experiment.ts"
import type { Point } from "../declare/Grid.ts"
import type { ExternalNode } from "../declare/Node.ts"
import type { AnyStage } from "../declare/Stage.ts"
import type { ExternalRef } from "../domain/ExternalRef.ts"
import { ArtifactHash } from "../domain/Hash.ts"
import type { CellInfo } from "../domain/RunEvent.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import { outputsOf } from "../execute/CellRecorder.ts"
import { printedBy } from "../execute/command/Printed.ts"
import type { StagePlace } from "../execute/NodeTask.ts"
import type { PlanMark } from "../execute/RunLists.ts"
import { firstPlace } from "../execute/SourcePlaces.ts"
import { type CodeManifest, manifest, type StageCode, stageCodes } from "../plan/CodeHash.ts"
import * as Dag from "../plan/Dag.ts"
import type * as Plan from "../plan/Plan.ts"
import * as SourceFiles from "../plan/SourceFiles.ts"
import type { SeedReach } from "../report/index.ts"
import { Files, Memo, type SourceHash, type StoreError } from "../store/index.ts"
import type { Asked } from "./Asked.ts"
import { columnProblem, seedProblem, tableProblem } from "./Columns.ts"
import { checkFigures } from "./FigureNames.ts"
import * as LoadedPackages from "./LoadedPackages.ts"
import * as Loader from "./Loader.ts"
import { planOf } from "./MarkedPlan.ts"
import * as Only from "./Only.ts"
import type { Project } from "./Project.ts"
import { cellsOfRound, reachBy, reachOfStored, within } from "./SeedRounds.ts"
import * as Settings from "./Settings.ts"
import { didYouMean, UsageError } from "./UsageError.ts"

export interface Request {
  /** The experiment's name or path. */
  readonly experiment: string
  readonly settings: Settings.GivenSettings
  readonly only: Only.Selection
  /** Stages to run again although their results are known. */
  readonly force: ReadonlyArray<string>
  /** Resolve and compile everything again, whatever is remembered. */
  readonly fresh?: boolean
}

export interface OpenedExperiment {
  readonly experiment: AnyExperiment
  /** The experiment's file, absolute, and relative to the project. */
  readonly file: string
  readonly shown: string
  readonly program: Loader.Loaded["program"]
  /** Those that were given, each as it can be typed. */
  readonly settings: { readonly [path: string]: string }
  /** The selection of cells, as it can be typed. */
  readonly only: string
  readonly expansion: Expansion
  readonly dag: Dag.Dag
  readonly externals: ReadonlyArray<ExternalRef>
  readonly sources: Plan.Sources
  readonly plan: Plan.Plan
  readonly mark?: PlanMark
  readonly findStage: (stage: AnyStage) => StagePlace
  /** What was looked at for the program and the code of its stages, as `Observed` writes it. */
  readonly observed: ReadonlyArray<string>
  /** What a code hash stands for, of this plan or an earlier one. */
  readonly readCode: (hash: string) => Effect.Effect<CodeManifest | undefined, StoreError>
  /** What was in a folder of a program's sources, by its hash. */
  readonly readSources: (hash: string) => Effect.Effect<SourceFiles.SourceFiles | undefined, StoreError>
}

const placeOf = (cause: unknown): string => {
  const place = firstPlace(cause instanceof Error ? (cause.stack ?? "") : "")
  return place === undefined ? "" : ` at ${place}`
}

export const requestOf = ({ experiment, force, only, set }: Asked): Request => ({
  experiment,
  settings: set ?? {},
  only: Only.selectionOf(only ?? {}),
  force: force ?? []
})

/** Throwing builders become failures: a mistake in a declaration is the person's to mend. */
export const declared = <A>(file: string, build: () => A) =>
  Effect.fromResult(
    Result.try({
      try: build,
      catch: (cause) =>
        new UsageError({
          text:
            cause instanceof DeclarationError
              ? `${file}: ${cause.message}`
              : `${file}: the experiment could not be built: ${cause instanceof Error ? cause.message : String(cause)}${placeOf(cause)}`
        })
    })
  )

/** Where a declared path leads. */
export const absolute = (project: Project, path: string) => {
  const expanded = path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path
  return isAbsolute(expanded) ? expanded : resolve(project.root, expanded)
}

/** A text of the plan's own. Where the project is enters no key. */
const textOf = Effect.fnUntraced(function* (
  project: Project,
  { argv, kind, origin, path }: ExternalNode<unknown, unknown>
) {
  const memo = yield* Memo
  const value =
    kind === "project"
      ? project.root
      : argv === undefined
        ? path
        : yield* printedBy(argv, project.root, memo).pipe(
            Effect.mapError(({ message }) => new UsageError({ text: `${path}: ${message} (${origin})` }))
          )
  const text = kind === "output" ? `output of ${path}` : path
  const external: ExternalRef = {
    text,
    value,
    ...(argv === undefined ? {} : { argv }),
    hash: ArtifactHash.make(hash("sha256", JSON.stringify(kind === "project" ? text : value)))
  }
  return external
})

/** What an external is now: its content's hash. */
export const resolveExternal = (project: Project) =>
  Effect.fnUntraced(function* (external: ExternalNode<unknown, unknown>) {
    const files = yield* Files
    if (external.kind === "variable") {
      const value = process.env[external.path] ?? null
      const variable: ExternalRef = {
        variable: external.path,
        value,
        hash: ArtifactHash.make(hash("sha256", JSON.stringify(value)))
      }
      return variable
    }
    if (external.kind === "project" || external.kind === "text" || external.kind === "output")
      return yield* textOf(project, external)
    const path = absolute(project, external.path)
    const hashes = { file: files.fileHash, folder: files.folderHash, source: files.sourceHash }
    const found: SourceHash = yield* hashes[external.kind](path).pipe(
      Effect.mapError(
        (error) => new UsageError({ text: `${error.message.replace(/\.$/, "")} (given by ${external.origin})` })
      )
    )
    if (external.kind === "source" && found.files !== undefined)
      yield* SourceFiles.remember(yield* Memo, found.hash, found.files)
    const file: ExternalRef = { path, hash: found.hash, ...(external.kind === "source" ? { isSource: true } : {}) }
    return file
  })

/** The experiment as its file declares it. */
export const loadExperiment = Effect.fnUntraced(function* (project: Project, nameOrPath: string, isFresh = false) {
  const loaded = yield* Loader.load({
    nameOrPath,
    projectRoot: project.root,
    storeDir: project.storeDir,
    isExperiment,
    isFresh
  })
  const { experiment, file } = loaded
  if (!isExperiment(experiment)) return yield* Effect.die(`${file}: not an experiment`)
  return { loaded, experiment, file }
})

/** An experiment under given settings, without its plan: for tables of runs that are there. */
export const expansionOf = Effect.fnUntraced(function* (
  project: Project,
  nameOrPath: string,
  settings: Settings.GivenSettings
) {
  const { experiment, file } = yield* loadExperiment(project, nameOrPath)
  const { value } = yield* Settings.decode(experiment, settings)
  const shown = relative(project.root, file)
  const expansion = yield* declared(shown, () => experiment.expand(value))
  yield* checkFigures(shown, expansion, true)
  return { experiment, file: shown, expansion, value }
})

/** An experiment under a run's settings, with the cells that its run is about. */
export const expansionOfRun = Effect.fnUntraced(function* (project: Project, nameOrPath: string, run: RunRecord) {
  const whole = yield* expansionOf(project, nameOrPath, Settings.recorded(run.settings))
  const isMeant = yield* cellsOfRound(whole.expansion, run)
  if (isMeant === undefined) return whole
  const { experiment, file, value } = whole
  return { ...whole, expansion: yield* declared(file, () => experiment.expand(value, (_, cell) => isMeant(cell))) }
})

/**
 * An experiment's cells and DAG under the settings, and of the cells that are asked for; of seeds that are added in rounds
 * those within `reach`, by default the first round's. Needs no store.
 */
export const dagOf = Effect.fnUntraced(function* (
  project: Project,
  request: Omit<Request, "force">,
  isFresh = false,
  reach?: SeedReach
) {
  const { experiment, file, loaded } = yield* loadExperiment(project, request.experiment, isFresh)
  const settings = yield* Settings.decode(experiment, request.settings)
  const points: Array<Point> = []
  const shown = relative(project.root, file)
  const { seeds } = yield* declared(shown, () => experiment.expand(settings.value, () => false))
  const reached = seeds === null ? undefined : (reach ?? reachBy(seeds, []))
  const isReached = (cell: CellInfo) => reached === undefined || within(reached, cell)
  const expansion = yield* declared(shown, () =>
    experiment.expand(settings.value, (point, cell) => {
      points.push(point)
      return Only.matches(request.only, point) && isReached(cell)
    })
  )
  yield* Only.check(request.only, points)
  if (expansion.cells.length === 0)
    return yield* points.length === 0
      ? new UsageError({ text: `${shown}: the grid has no points` })
      : new UsageError({
          about: { option: "only", given: [Only.format(request.only)] },
          text: "no cell has all of these values"
        })
  const wrong = tableProblem(expansion.table)
  if (wrong !== undefined) return yield* new UsageError({ text: `${shown}: ${wrong}` })
  const problemOf = ({ cells, table }: Expansion) => columnProblem(table, cells) ?? seedProblem(seeds, cells)
  const problem = problemOf(expansion)
  if (problem !== undefined) {
    // Some cells may declare what the others do not.
    const whole =
      points.length === expansion.cells.length
        ? expansion
        : yield* declared(shown, () => experiment.expand(settings.value))
    if (problemOf(whole) !== undefined) return yield* new UsageError({ text: `${shown}: ${problem}` })
  }
  yield* checkFigures(shown, expansion, points.length === expansion.cells.length)
  const dag = yield* declared(shown, () => Dag.build(expansion.cells))
  return { dag, expansion, experiment, file, loaded, settings: settings.given, shown }
})

/**
 * Opens an experiment and makes its plan. Seeds that are added in rounds go as far as what is known leads: to the round that
 * settles them, or that is to be computed next. Every failure is the person's to mend, told in one message.
 */
export const open = Effect.fnUntraced(function* (project: Project, request: Request) {
  const first = yield* openWithin(project, request)
  const { seeds } = first.expansion
  if (seeds === null) return first
  // How far it goes is said by all cells and what is known of them, whichever are asked for and whatever is forced.
  const whole: Request = { ...request, only: Only.selectionOf({}), force: [] }
  let reach = reachBy(seeds, [])
  for (;;) {
    const { dag, plan, sources } = yield* openWithin(project, whole, reach)
    const next = yield* reachOfStored(
      seeds,
      dag.cells.map((cell, at) => [cell, outputsOf(plan, sources, plan.artifacts, at).metrics] as const)
    )
    const isSame = [...next.seeds].every(([variant, count]) => reach.seeds.get(variant) === count)
    reach = next
    if (isSame) break
  }
  return yield* openWithin(project, request, reach)
})

const openWithin = Effect.fnUntraced(function* (project: Project, request: Request, reach?: SeedReach) {
  const memo = yield* Memo
  // Who asks for a computation afresh gets everything afresh: what leads to the code, and the code.
  const isFresh = request.fresh === true || request.force.length > 0
  const { dag, expansion, experiment, file, loaded, settings, shown } = yield* dagOf(project, request, isFresh, reach)
  const stageNames = dag.stages.map((stage) => stage.name)
  for (const name of request.force)
    if (!stageNames.includes(name))
      return yield* new UsageError({
        about: { option: "force", given: [name] },
        text: `experiment "${experiment.name}" has no such stage.${didYouMean(name, stageNames)} Its stages are ${stageNames.join(", ")}`
      })

  const locations = new Map<AnyStage, StagePlace>()
  for (const stage of dag.stages) {
    const found = Loader.findStage(loaded.program.modules, stage)
    if (found === undefined)
      return yield* new UsageError({
        text: `${shown}: stage "${stage.name}" is not exported from its module; write \`export const … = Stage.make("${stage.name}", …)\`, so that its code can be hashed and a worker can find it. An installed package that makes stages names "ablate" among its peerDependencies`
      })
    locations.set(stage, found)
  }
  const hashed = dag.stages.filter((stage) => stage.version === undefined)
  let changed: string | undefined
  let observed: ReadonlyArray<string> = []
  const codes = yield* stageCodes(
    hashed.map((stage) => locations.get(stage) as StagePlace),
    {
      projectRoot: project.root,
      memo,
      entry: file,
      hasLayer: experiment.layer !== undefined,
      program: loaded.program.id,
      ...(loaded.compiled === undefined ? {} : { graph: loaded.compiled }),
      stamps: loaded.stamps,
      framework: loaded.runtime.framework,
      variable: (name) => process.env[name],
      seen: (lines) => {
        observed = lines
        changed = LoadedPackages.changedSince(lines)
      },
      isFresh
    }
  )
  if (changed !== undefined)
    return yield* new UsageError({
      text: `${changed} changed after this process had loaded its package: run the experiment in a new process`,
      needsRestart: true
    })
  const codeByStage = new Map(hashed.map((stage, at) => [stage.name, codes[at] as StageCode]))
  const externals = yield* Effect.forEach(dag.externals, ({ declared }) => resolveExternal(project)(declared))
  const sources: Plan.Sources = {
    code: new Map(
      dag.stages.map((stage) => [
        stage.name,
        stage.version === undefined ? `code:${codeByStage.get(stage.name)?.hash}` : `version:${stage.version}`
      ])
    ),
    externals: externals.map((each) => each.hash),
    force: new Set(request.force)
  }
  const opened: OpenedExperiment = {
    experiment,
    file,
    shown,
    program: loaded.program,
    settings,
    only: Only.format(request.only),
    expansion,
    dag,
    externals,
    sources,
    ...(yield* planOf(dag, sources)),
    observed: [...loaded.graph.map((path) => `file\t\t${path}`), ...observed],
    findStage: (stage) => ({
      ...(locations.get(stage) as StagePlace),
      variables: codeByStage.get(stage.name)?.variables ?? []
    }),
    readCode: (hash) => manifest(memo, hash),
    readSources: (hash) => SourceFiles.recall(memo, hash)
  }
  return opened
})
