/**
 * An experiment as a run had it: from the program that the store kept, with the recorded settings and code, whatever the
 * working tree is now. What the run had from outside has to be there still, as it was; files may be in the store instead.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { Clock, Effect, Option } from "effect"
import { isExperiment } from "../declare/Experiment.ts"
import type { AnyStage } from "../declare/Stage.ts"
import type { ExternalRef } from "../domain/ExternalRef.ts"
import type { ArtifactHash, Key } from "../domain/Hash.ts"
import type { RunRecord } from "../domain/RunRecord.ts"
import type { StagePlace } from "../execute/NodeTask.ts"
import * as Programs from "../execute/Programs.ts"
import { type CodeManifest, manifest } from "../plan/CodeHash.ts"
import * as Dag from "../plan/Dag.ts"
import * as FileStamp from "../plan/FileStamp.ts"
import { Observed } from "../plan/modules/Observed.ts"
import * as Plan from "../plan/Plan.ts"
import * as SourceFiles from "../plan/SourceFiles.ts"
import { Memo, type StoreError } from "../store/index.ts"
import { CannotReplay } from "./CannotReplay.ts"
import * as Loader from "./Loader.ts"
import * as Only from "./Only.ts"
import { declared, type OpenedExperiment } from "./OpenExperiment.ts"
import * as Program from "./Program.ts"
import type { Project } from "./Project.ts"
import { materialise } from "./portable/Materialise.ts"
import { externalThen, thenNow } from "./RecordedFiles.ts"
import { cellsOfRound } from "./SeedRounds.ts"
import * as Settings from "./Settings.ts"

/** The program of another machine, with its files, from the shared store. */
const fromElsewhere = Effect.fnUntraced(function* (project: Project, run: RunRecord, storeDir: string) {
  const refuse = (reason: string) => new CannotReplay({ run: run.id, reasons: [reason] })
  if (run.portable === undefined)
    return yield* refuse(
      `its program ${run.program} is not in ${Programs.folderOf(project.storeDir)}, and it put none into a shared store`
    )
  return yield* materialise({ root: project.root, storeDir }, run.portable).pipe(
    Effect.catchTags({
      ProgramRefused: ({ message }) => refuse(message),
      ProgramNotWritten: ({ message }) => refuse(message)
    })
  )
})

/** Puts the run's program where `storeDir`'s programs are, and imports it. */
const programOf = Effect.fnUntraced(function* (project: Project, run: RunRecord, storeDir: string) {
  const refuse = (reason: string) => new CannotReplay({ run: run.id, reasons: [reason] })
  const { program } = run
  if (program === undefined) return yield* refuse("an older version of Ablate recorded it, without its program")
  const content = Program.kept(project.storeDir, program)
  if (content !== undefined)
    yield* Effect.sync(() => {
      mkdirSync(Programs.folderOf(storeDir), { recursive: true })
      writeFileSync(Programs.pathOf(storeDir, program), content)
    })
  const hash = content === undefined ? yield* fromElsewhere(project, run, storeDir) : program
  const imported = yield* Loader.imports(run.file, Programs.urlOf(storeDir, hash)).pipe(
    Effect.mapError(({ message }) => refuse(`its program cannot be loaded any more: ${message}`))
  )
  const { default: experiment, modules } = imported
  if (!isExperiment(experiment)) return yield* refuse("its program is that of no experiment")
  return { experiment, modules, program: { id: hash, hash, modules }, hasOwnFiles: content === undefined }
})

/** Files that a stage's code names and variables that it reads, where they are not what they were. */
const changedAround = (
  project: Project,
  stage: string,
  code: CodeManifest,
  now: number,
  hasOwnFiles: boolean
): ReadonlyArray<string> => {
  const observed = new Observed(now)
  const hashOf = Option.liftThrowable((path: string) =>
    observed.kind(path) === "folder"
      ? FileStamp.sha256(JSON.stringify(observed.entries(path).map((file) => [file, observed.hash(join(path, file))])))
      : observed.hash(path)
  )
  return [
    // What came with the program is what it was.
    ...(hasOwnFiles ? [] : code.assets).flatMap(({ hash, path }) => {
      // A script stands for all that it imports: what became of that is in no hash that could be made here.
      if (/\.[cm]?[jt]sx?$/.test(path)) return []
      const found = Option.getOrUndefined(hashOf(resolve(project.root, path)))
      if (found === hash) return []
      return [
        `the file ${path}, which the code of ${stage} names, ${found === undefined ? "is gone" : `has changed (${thenNow(hash, found)})`}`
      ]
    }),
    ...code.variables.flatMap(({ hash, name }) => {
      const value = process.env[name]
      const found = value === undefined ? null : FileStamp.sha256(value)
      return found === hash ? [] : [`the environment variable ${name} has another value (${thenNow(hash, found)})`]
    })
  ]
}

export interface Recorded {
  /** With the plan of a store in which nothing is known yet. */
  readonly opened: OpenedExperiment
  /** What the store knows of it: by node, where it still has the trace, the artifact that the run had. */
  readonly known: Plan.Plan
}

/**
 * Opens what a run had, of the cells that are asked for. `storeDir`: a folder of its own, which gets the program. Fails with
 * everything that is not as it was.
 */
export const openRecorded = Effect.fnUntraced(function* (
  project: Project,
  run: RunRecord,
  only: Only.Selection,
  storeDir: string,
  lookup: Plan.Lookup<StoreError>
) {
  const memo = yield* Memo
  const { experiment, hasOwnFiles, modules, program } = yield* programOf(project, run, storeDir)
  const settings = yield* Settings.decode(experiment, Settings.recorded(run.settings))
  const asked = Only.selectionOf(yield* Only.parse(run.only === "" ? [] : [run.only]))
  const grid = yield* declared(run.file, () => experiment.expand(settings.value))
  const isOfRun = (yield* cellsOfRound(grid, run)) ?? (() => true)
  const expansion = yield* declared(run.file, () =>
    experiment.expand(
      settings.value,
      (point, cell) => Only.matches(asked, point) && Only.matches(only, point) && isOfRun(cell)
    )
  )
  const dag = yield* declared(run.file, () => Dag.build(expansion.cells))
  const reasons: Array<string> = []

  const places = new Map<AnyStage, StagePlace>()
  const code = new Map<string, string>()
  const now = yield* Clock.currentTimeMillis
  for (const stage of dag.stages) {
    const place = Loader.findStage(modules, stage)
    const identity = run.basis?.[`stage ${stage.name}`]
    if (place === undefined || identity === undefined) {
      reasons.push(`its program has the stage ${stage.name}, and the run recorded no code of it`)
      continue
    }
    const known = identity.startsWith("code:") ? yield* manifest(memo, identity.slice("code:".length)) : undefined
    code.set(stage.name, identity)
    places.set(stage, { ...place, variables: known?.variables.map(({ name }) => name) ?? [] })
    if (known !== undefined) reasons.push(...changedAround(project, stage.name, known, now, hasOwnFiles))
  }
  const externals: Array<ExternalRef> = []
  for (const { declared: external } of dag.externals) {
    const found = yield* Effect.result(externalThen(project, run, storeDir)(external))
    if (found._tag === "Success") externals.push(found.success)
    else if (found.failure._tag === "UsageError") reasons.push(found.failure.text)
    else return yield* found.failure
  }
  if (reasons.length > 0) return yield* new CannotReplay({ run: run.id, reasons: [...new Set(reasons)] })

  const sources: Plan.Sources = { code, externals: externals.map(({ hash }) => hash) }
  const nothing = () => Effect.succeed<ReadonlyMap<Key, ArtifactHash>>(new Map())
  const opened: OpenedExperiment = {
    experiment,
    file: resolve(project.root, run.file),
    shown: run.file,
    program,
    settings: settings.given,
    only: Only.format(asked),
    expansion,
    dag,
    externals,
    sources,
    plan: yield* Plan.make(dag, sources, nothing),
    findStage: (stage) => places.get(stage) ?? { module: "", export: "" },
    readCode: (hash) => manifest(memo, hash),
    observed: [],
    readSources: (hash) => SourceFiles.recall(memo, hash)
  }
  const recorded: Recorded = { opened, known: yield* Plan.make(dag, sources, lookup) }
  return recorded
})
