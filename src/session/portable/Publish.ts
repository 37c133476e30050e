/**
 * Makes the program of an opened experiment one that other machines can run, and puts it into the store: a folder with the
 * code, what it needs of the machine, and the files that the code names. Equal programs are one artifact wherever they are
 * made.
 */
import { constants, copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, relative, resolve, sep } from "node:path"
import { Clock, Effect, Option, Result, Schema } from "effect"
import { ArtifactHash } from "../../domain/Hash.ts"
import type { CodeManifest } from "../../plan/CodeHash.ts"
import * as Observed from "../../plan/modules/Observed.ts"
import type { Packages } from "../../plan/modules/Packages.ts"
import { ArtifactStore, Memo } from "../../store/index.ts"
import type { OpenedExperiment } from "../OpenExperiment.ts"
import { current } from "../ProgramRuntime.ts"
import type { Project } from "../Project.ts"
import { version } from "../Version.ts"
import { contentOf, filesAt } from "./Contents.ts"
import { depthOf, type Entry, Manifest, parts, projectIn } from "./Manifest.ts"
import { reachedBy } from "./Packages.ts"
import { placesIn, symbolOf } from "./Places.ts"
import { NotPortable } from "./PortableError.ts"
import { bytesText, limitOf } from "./ShareLimit.ts"
import * as Unplaced from "./Unplaced.ts"

const memoKind = "portable/1"
const Known = Schema.fromJsonString(Schema.Struct({ portable: ArtifactHash, lines: Schema.Array(Schema.String) }))
const recall = Schema.decodeUnknownOption(Known)
const remember = Schema.encodeSync(Known)
const encodeManifest = Schema.encodeSync(Schema.fromJsonString(Manifest))

/** A path below a folder with `/`. */
const shown = (folder: string, path: string): string => relative(folder, path).split(sep).join("/")

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** What the code of the experiment's stages was when the plan was made. */
const codesOf = (opened: OpenedExperiment) =>
  Effect.map(
    Effect.forEach([...opened.sources.code.values()], (identity) =>
      identity.startsWith("code:") ? opened.readCode(identity.slice("code:".length)) : Effect.succeed(undefined)
    ),
    (codes) => codes.filter((code) => code !== undefined)
  )

interface Surroundings {
  readonly manifest: Manifest
  /** Absolute paths, with where they lie in the portable program. */
  readonly files: ReadonlyArray<readonly [path: string, place: string]>
}

/** What changed since the plan was made would be computed under the old one's keys. */
const changedSince = (codes: ReadonlyArray<CodeManifest>, packages: ReadonlySet<string>): string | undefined => {
  for (const { reached } of codes)
    for (const { hash, name, version } of reached)
      if (!packages.has(`${name}@${version} ${hash}`)) return `the package ${name} ${version}`
  return undefined
}

const surroundingsOf = (
  root: string,
  program: Unplaced.Unplaced,
  codes: ReadonlyArray<CodeManifest>,
  packages: Packages
): Surroundings => {
  const { isInstalled, isScript, observed, policy } = packages
  const fromRoot = new Set(program.names.fromRoot)
  const named = new Set(program.names.placed)
  for (const { assets } of codes)
    for (const { path } of assets) {
      const full = resolve(root, path)
      if (observed.kind(full) !== "absent" && !fromRoot.has(full)) named.add(full)
    }
  const files = new Set<string>()
  const entries: Array<readonly [entry: Entry, path: string, isWhole: boolean]> = []
  const entryOf = (path: string): Entry => {
    const info = isInstalled(path) ? policy.packageOf(path) : undefined
    if (info === undefined) return { script: shown(root, path) }
    return { name: info.name, version: info.version, path: shown(info.folder, path) }
  }
  for (const place of placesIn(program.code)) {
    const path = program.installed[symbolOf(place, "url")]
    if (path === undefined) continue
    if (place._tag === "Installed") entries.push([{ specifier: place.specifier }, path, false])
    if (place._tag === "Package") entries.push([entryOf(path), path, false])
  }
  for (const { isWhole, path } of program.names.required) {
    entries.push([entryOf(path), path, isWhole])
    if (!isInstalled(path)) named.add(path)
  }
  for (const path of named)
    for (const file of filesAt(observed, path)) {
      files.add(file)
      // A thread or a process begins with it: all that it imports is asked for from its place.
      if (!isScript(file) || path !== file) continue
      for (const own of packages.ownFiles(file)) files.add(own)
      entries.push([entryOf(file), file, false])
    }
  const placed = [...files].sort(byText).map((path) => [path, shown(root, path)] as const)
  const inProgram = placesIn(program.code).flatMap((place) => (place._tag === "Project" ? [place.path] : []))
  const depth = Math.max(0, ...[...inProgram, ...placed.map(([, path]) => path)].map(depthOf))
  const manifest: Manifest = {
    format: "ablate-program-1",
    ablate: { version, build: current().build() },
    node: Number.parseInt(process.versions.node, 10),
    depth,
    type: policy.packageOf(join(root, "package.json"))?.type ?? "commonjs",
    packages: entries
      .map(([entry, path, isWhole]) => ({ entry, isWhole, reached: reachedBy(packages, path, isWhole) }))
      .sort((a, b) => byText(JSON.stringify(a.entry), JSON.stringify(b.entry))),
    missing: program.missing,
    fromRoot: [...fromRoot].sort(byText).map((path) => ({
      path: shown(root, path),
      hash: contentOf(observed, path) ?? ""
    })),
    variables: [
      ...new Map(codes.flatMap(({ variables }) => variables.map((each) => [each.name, each] as const))).values()
    ]
      .map(({ hash, name }) => ({ name, hash }))
      .sort((a, b) => byText(a.name, b.name))
  }
  return { manifest, files: placed.map(([path, place]) => [path, join(projectIn(depth), place)]) }
}

/** Lays the portable program out in a folder. */
const layOut = (folder: string, { code, map }: Unplaced.Unplaced, { files, manifest }: Surroundings): void => {
  writeFileSync(join(folder, parts.code), code)
  writeFileSync(join(folder, parts.map), map)
  writeFileSync(join(folder, parts.manifest), encodeManifest(manifest))
  for (const [from, place] of files) {
    const to = join(folder, place)
    mkdirSync(dirname(to), { recursive: true })
    copyFileSync(from, to, constants.COPYFILE_FICLONE)
  }
}

const temporary = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "ablate-program-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

const published = Effect.fnUntraced(function* (
  project: Project,
  opened: OpenedExperiment,
  observed: Observed.Observed
) {
  const refuse = (problem: string) => new NotPortable({ program: opened.shown, problem })
  const program = Unplaced.read(project.storeDir, opened.program.hash)
  if (program === undefined)
    return yield* refuse(`${Unplaced.pathOf(project.storeDir, opened.program.hash)} is gone: run the command again`)
  const codes = yield* codesOf(opened)
  const modules = yield* Effect.promise(() => import("../../plan/modules/Packages.ts"))
  const surroundings = yield* Effect.fromResult(
    Result.try({
      try: () => surroundingsOf(project.root, program, codes, modules.open(project.root, observed)),
      catch: (cause) => refuse(cause instanceof Error ? cause.message : String(cause))
    })
  )
  const reached = surroundings.manifest.packages.flatMap((each) => each.reached)
  const changed = changedSince(codes, new Set(reached.map(({ hash, name, version }) => `${name}@${version} ${hash}`)))
  if (changed !== undefined)
    return yield* refuse(`${changed} changed while the experiment was being opened: run the command again`)
  const size = surroundings.files.reduce(
    (sum, [path]) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0),
    0
  )
  const limit = limitOf(process.env)
  if (size > limit)
    return yield* refuse(
      `the files that its code names have ${bytesText(size)}, more than the ${bytesText(limit)} that go into the store: wire them by External.file or External.folder, or set ABLATE_SHARE_LIMIT`
    )
  const artifacts = yield* ArtifactStore
  const folder = yield* temporary
  yield* Effect.try({
    try: () => layOut(folder, program, surroundings),
    catch: (cause) => refuse(cause instanceof Error ? cause.message : String(cause))
  })
  const prepared = yield* artifacts
    .prepareFolder(folder)
    .pipe(Effect.catchTag("TreeInvalid", ({ message }) => refuse(message)))
  yield* artifacts.keep(prepared)
  return prepared.hash
}, Effect.scoped)

/** The name of the variables' values: with others the program is another one. */
const idOf = (opened: OpenedExperiment): string =>
  JSON.stringify([opened.program.id, [...opened.sources.code.values()].sort(byText), current().build()])

/** Puts the program into the store, where it is not there yet, and gives what it is called there. */
export const publish = Effect.fn("Portable.publish")(function* (project: Project, opened: OpenedExperiment) {
  const memo = yield* Memo
  const artifacts = yield* ArtifactStore
  const now = yield* Clock.currentTimeMillis
  const id = idOf(opened)
  const known = Option.flatMap(Option.fromUndefinedOr(yield* memo.get(memoKind, id)), recall)
  if (Option.isSome(known)) {
    const { lines, portable } = known.value
    if (!("changed" in Observed.check(lines, now)) && (yield* artifacts.has(portable))) return portable
  }
  const observed = new Observed.Observed(now)
  const portable = yield* published(project, opened, observed)
  yield* memo.set(memoKind, id, remember({ portable, lines: observed.lines }))
  return portable
})
