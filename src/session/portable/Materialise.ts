/**
 * Makes a portable program one of this machine's: lays its files out in a folder of this machine's own, holds versions,
 * packages and variables to what its keys were made with, and puts the places of this machine into its code. What is known to
 * be sound is remembered as long as everything that was looked at is the same.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { hostname } from "node:os"
import { dirname, join } from "node:path"
import { Clock, Effect, Option, Random, Result, Schema } from "effect"
import type { ArtifactHash } from "../../domain/Hash.ts"
import * as Programs from "../../execute/Programs.ts"
import * as FileStamp from "../../plan/FileStamp.ts"
import * as Observed from "../../plan/modules/Observed.ts"
import type { Packages } from "../../plan/modules/Packages.ts"
import { ArtifactStore } from "../../store/index.ts"
import * as Program from "../Program.ts"
import { current, located } from "../ProgramRuntime.ts"
import { version } from "../Version.ts"
import { contentOf } from "./Contents.ts"
import { Manifest, parts, projectIn, type Reached } from "./Manifest.ts"
import { differences, placeOf, reachedBy } from "./Packages.ts"
import { linked, mapped, type Place, urlOfPath } from "./Places.ts"
import { ProgramRefused } from "./PortableError.ts"
import * as Shelf from "./Shelf.ts"

export interface Here {
  /** The folder whose packages programs get: a project's, or any with `node_modules` in or above it. */
  readonly root: string
  /** Where this machine's programs are. */
  readonly storeDir: string
}

/** What is named of more than so many packages is their number. */
const mostReasons = 4

const Note = Schema.fromJsonString(
  Schema.Struct({
    program: Schema.String,
    root: Schema.String,
    build: Schema.String,
    lines: Schema.Array(Schema.String)
  })
)
const recall = Schema.decodeUnknownOption(Note)
const written = Schema.encodeSync(Note)
const decodeManifest = Schema.decodeUnknownOption(Schema.fromJsonString(Manifest))
const text = Option.liftThrowable((path: string) => readFileSync(path, "utf8"))

const folderOf = ({ storeDir }: Here, hash: string): string => Shelf.programOf(storeDir, hash)
const notePath = ({ storeDir }: Here, hash: string): string => Shelf.noteOf(storeDir, hash)

const refused = (reasons: ReadonlyArray<string>) =>
  new ProgramRefused({
    host: hostname(),
    reasons:
      reasons.length > mostReasons
        ? [...reasons.slice(0, mostReasons), `and ${reasons.length - mostReasons} more like these`]
        : reasons
  })

/** A folder beside, which becomes the one of the program as a whole. */
const layOut = Effect.fnUntraced(function* (here: Here, hash: ArtifactHash) {
  const folder = folderOf(here, hash)
  if ((yield* Shelf.mark(folder)) && existsSync(join(folder, parts.manifest))) return folder
  const artifacts = yield* ArtifactStore
  const beside = `${folder}.${process.pid}.${yield* Random.nextIntBetween(0, Number.MAX_SAFE_INTEGER)}`
  const remove = Effect.sync(() => rmSync(beside, { recursive: true, force: true }))
  yield* Effect.gen(function* () {
    yield* Effect.sync(() => mkdirSync(dirname(beside), { recursive: true }))
    yield* artifacts.copyOut(hash, beside)
    yield* Effect.try({
      try: () => renameSync(beside, folder),
      catch: (cause) => cause
    }).pipe(Effect.catch((cause) => (existsSync(join(folder, parts.manifest)) ? Effect.void : Effect.die(cause))))
  }).pipe(Effect.ensuring(remove))
  return folder
})

const wrongVersion = ({ ablate, node }: Manifest): ReadonlyArray<string> => {
  const build = current().build()
  const here = Number.parseInt(process.versions.node, 10)
  return [
    ...(ablate.version === version
      ? ablate.build === build
        ? []
        : [
            `Ablate ${version} is another build here (${build}) than where the run was started (${ablate.build}): install the same one`
          ]
      : [`Ablate is ${version} here, and ${ablate.version} where the run was started: install the same version`]),
    ...(node === here
      ? []
      : [
          `Node is ${process.version} here, and of version ${node} where the run was started: results may differ in their last bits, so use the same`
        ])
  ]
}

const wrongVariables = ({ variables }: Manifest): ReadonlyArray<string> =>
  variables.flatMap(({ hash, name }) => {
    const value = process.env[name]
    if ((value === undefined ? null : FileStamp.sha256(value)) === hash) return []
    const found = value === undefined ? "not set here" : "another one here"
    return [
      `the environment variable ${name}, which is read by Config, is ${found}${hash === null ? ", and not set" : " than"} where the run was started: start the worker with the same value`
    ]
  })

const wrongFiles = (observed: Observed.Observed, root: string, { fromRoot }: Manifest): ReadonlyArray<string> =>
  fromRoot.flatMap(({ hash, path }) => {
    const found = contentOf(observed, join(root, path))
    return found === hash
      ? []
      : [
          `the code reads ${path} from the working directory, and ${found === undefined ? `there is no such file in ${root}` : `it is another one in ${root}`}: write new URL("…", import.meta.url) or wire it by External.file, or have the same file there`
        ]
  })

const wrongPackages = (packages: Packages, manifest: Manifest, scripts: string): ReadonlyArray<string> => {
  const { policy } = packages
  const expected: Array<Reached> = []
  const found: Array<Reached> = []
  const reasons: Array<string> = []
  for (const { entry, isWhole, reached } of manifest.packages) {
    const place = placeOf(packages, entry, scripts)
    if (Result.isFailure(place)) reasons.push(place.failure)
    else {
      expected.push(...reached)
      found.push(...reachedBy(packages, place.success, isWhole))
    }
  }
  const here = join(policy.projectRoot, "package.json")
  const more = manifest.missing.flatMap((name) =>
    policy.installed(name, here) === undefined
      ? []
      : [
          `the package ${name} is installed here, and not where the run was started: run npm ci in ${policy.projectRoot}`
        ]
  )
  return [...new Set([...reasons, ...differences(expected, found, policy.projectRoot), ...more])]
}

const placesHere =
  (packages: Packages, { depth }: Manifest, folder: string) =>
  (place: Place): string => {
    switch (place._tag) {
      case "Runtime":
        return located(current(), place.name) ?? place.name
      case "Project":
        return urlOfPath(join(folder, projectIn(depth), place.path))
      case "Installed":
        return urlOfPath(
          packages.policy.installed(place.specifier, join(packages.policy.projectRoot, "package.json")) ?? ""
        )
      case "Package":
        return urlOfPath(Result.getOrElse(placeOf(packages, place, folder), () => ""))
    }
  }

/** So that scripts among its files find packages, wherever this machine's programs are; and Node takes them as it took them there. */
const settle = (observed: Observed.Observed, here: Here, { depth, type }: Manifest, folder: string): void => {
  const project = join(folder, projectIn(depth))
  if (!existsSync(join(project, "package.json"))) {
    mkdirSync(project, { recursive: true })
    writeFileSync(join(project, "package.json"), JSON.stringify({ type }))
  }
  for (let at = here.root; ; at = dirname(at)) {
    const modules = join(at, "node_modules")
    if (observed.kind(modules) === "folder") {
      const link = join(folder, "node_modules")
      rmSync(link, { force: true })
      symlinkSync(modules, link)
      return
    }
    if (dirname(at) === at) return
  }
}

const materialised = Effect.fnUntraced(function* (here: Here, hash: ArtifactHash, now: number) {
  const folder = yield* layOut(here, hash).pipe(
    Effect.catchTags({
      ArtifactMissing: () => refused([`the store has no program ${hash.slice(0, 12)}… any more: start the run again`]),
      ArtifactDamaged: () => refused([`the program ${hash.slice(0, 12)}… is damaged in the store: start the run again`])
    })
  )
  const manifest = Option.getOrUndefined(Option.flatMap(text(join(folder, parts.manifest)), decodeManifest))
  if (manifest === undefined)
    return yield* refused([`the program ${hash.slice(0, 12)}… was made by another version of Ablate than ${version}`])
  const versions = wrongVersion(manifest)
  if (versions.length > 0) return yield* refused(versions)
  const observed = new Observed.Observed(now)
  const modules = yield* Effect.promise(() => import("../../plan/modules/Packages.ts"))
  const packages = modules.open(here.root, observed)
  yield* Effect.sync(() => settle(observed, here, manifest, folder))
  const reasons = [
    ...wrongVariables(manifest),
    ...wrongFiles(observed, here.root, manifest),
    ...wrongPackages(packages, manifest, join(folder, projectIn(manifest.depth)))
  ]
  if (reasons.length > 0) return yield* refused(reasons)
  const code = Option.getOrElse(text(join(folder, parts.code)), () => "")
  const map = Option.getOrElse(text(join(folder, parts.map)), () => "")
  const program = yield* Program.write(
    here.storeDir,
    linked(code, placesHere(packages, manifest, folder)),
    // Its sources are not here: places are told as they are in the project.
    mapped(map, process.cwd())
  )
  for (const file of observed.entries(folder)) observed.hash(join(folder, file))
  const note = { program, root: here.root, build: current().build(), lines: observed.lines }
  yield* Effect.sync(() => writeFileSync(notePath(here, hash), written(note)))
  return program
})

/** The program's name on this machine, by which a thread imports it. */
export const materialise = Effect.fn("Portable.materialise")(function* (here: Here, hash: ArtifactHash) {
  const now = yield* Clock.currentTimeMillis
  const isKept = yield* Shelf.mark(notePath(here, hash))
  const known = isKept ? Option.flatMap(text(notePath(here, hash)), recall) : Option.none()
  if (Option.isSome(known)) {
    const { build, lines, program, root } = known.value
    const isSame = root === here.root && build === current().build() && !("changed" in Observed.check(lines, now))
    const isMarked = yield* Shelf.mark(Programs.pathOf(here.storeDir, program))
    if (isSame && isMarked && Program.kept(here.storeDir, program) !== undefined) {
      const manifest = Option.flatMap(text(join(folderOf(here, hash), parts.manifest)), decodeManifest)
      const reasons = Option.isNone(manifest)
        ? []
        : [...wrongVersion(manifest.value), ...wrongVariables(manifest.value)]
      return reasons.length === 0 ? program : yield* refused(reasons)
    }
  }
  return yield* materialised(here, hash, now)
})
