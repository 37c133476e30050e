/**
 * Where a compiled experiment finds the framework and Effect at run time: the built files beside the
 * running command, so that both share one instance, or the sources when the framework runs from them.
 */
import { hash } from "node:crypto"
import { readFileSync, statSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Schema } from "effect"
import type { Framework } from "../plan/code/StageCode.ts"

/** A built file that exports some of Effect's namespaces. */
export interface EffectPart {
  /** What it is called on every machine. */
  readonly name: string
  readonly url: string
  /** `Effect`, `Schema`, … */
  readonly names: ReadonlyArray<string>
}

export interface ProgramRuntime {
  /** Changes with the build: a program compiled for another build is compiled again. */
  readonly id: string
  /** URL of what `import … from "ablate"` gets. */
  readonly ablate: string
  /** The same for `ablate/numerics`. */
  readonly numerics: string
  /** URL of what a worker thread runs. */
  readonly worker: string
  /** The namespaces of `effect`, the common ones apart from the rest; none where the package itself is imported. */
  readonly effectParts: () => ReadonlyArray<EffectPart>
  /** URL of a module of Effect that is in no part; undefined to take the project's own. */
  readonly effectUrl: (specifier: string) => string | undefined
  /** What of the framework and of Effect counts in a stage's code. */
  readonly framework: () => Promise<Framework>
  /** The same on every machine that has this build: what a program of another one may not find is in it. */
  readonly build: () => string
}

/** URL of what a program calls by this name; undefined where this build has no such thing. */
export const located = (runtime: ProgramRuntime, name: string): string | undefined => {
  if (name === "ablate") return runtime.ablate
  if (name === "ablate/numerics") return runtime.numerics
  return runtime.effectParts().find((part) => part.name === name)?.url ?? runtime.effectUrl(name)
}

const Manifest = Schema.fromJsonString(
  Schema.Struct({
    core: Schema.Array(Schema.String),
    rest: Schema.Array(Schema.String),
    effect: Schema.String,
    numerics: Schema.Record(Schema.String, Schema.String)
  })
)

const Version = Schema.fromJsonString(Schema.Struct({ version: Schema.String }))

/** The package's folder as a URL, seen from this module in `src/session` or bundled anywhere below `dist`. */
const packageUrl = (here: string): string => {
  const dist = here.lastIndexOf("/dist/")
  return dist >= 0 && !here.endsWith(".ts") ? here.slice(0, dist + 1) : new URL("../", here).href
}

const sourceHashes = new Map<string, Framework["numerics"]>()

/** Hashing the sources takes a moment: only where a stage's code is not known yet. */
const frameworkOfSource = async (root: string): Promise<Framework> => {
  const { exportHashes } = await import("../plan/code/Analysis.ts")
  return {
    effect: Schema.decodeUnknownSync(Version)(
      readFileSync(fileURLToPath(import.meta.resolve("effect/package.json")), "utf8")
    ).version,
    get numerics() {
      const entry = fileURLToPath(new URL("numerics/index.ts", root))
      const known = sourceHashes.get(root) ?? exportHashes(fileURLToPath(root), entry, 0)
      sourceHashes.set(root, known)
      return known
    }
  }
}

const fromSource = (root: string): ProgramRuntime => ({
  id: "source",
  ablate: new URL("index.ts", root).href,
  numerics: new URL("numerics/index.ts", root).href,
  worker: new URL("execute/worker.ts", root).href,
  effectParts: () => [],
  effectUrl: (specifier) => import.meta.resolve(specifier),
  framework: () => frameworkOfSource(root),
  build: () => "source"
})

/** The runtime built into `dist/runtime/` of the package. */
export const fromBuild = (root: string): ProgramRuntime => {
  const runtime = new URL("dist/runtime/", root)
  const manifest = new URL("manifest.json", runtime)
  const stat = statSync(manifest, { bigint: true })
  const url = (file: string): string => new URL(file, runtime).href
  return {
    id: `${manifest.pathname} ${stat.size} ${stat.mtimeNs} ${stat.ino}`,
    ablate: url("ablate.mjs"),
    numerics: url("numerics.mjs"),
    worker: new URL("../worker.mjs", runtime).href,
    framework: () => Promise.resolve(Schema.decodeUnknownSync(Manifest)(readFileSync(manifest, "utf8"))),
    effectParts: () => {
      const { core, rest } = Schema.decodeUnknownSync(Manifest)(readFileSync(manifest, "utf8"))
      return [
        { name: "effect-core", url: url("effect-core.mjs"), names: core },
        { name: "effect-all", url: url("effect-all.mjs"), names: rest }
      ]
    },
    build: () => hash("sha256", readFileSync(manifest)).slice(0, 16),
    effectUrl: () => undefined
  }
}

/** What the build made for pages: a script and a style. */
export const pageFolder = (): URL => new URL("dist/page/", packageUrl(import.meta.url))

/** The runtime that belongs to the running code. */
export const current = (): ProgramRuntime => {
  const here = import.meta.url
  return here.endsWith(".ts") ? fromSource(packageUrl(here)) : fromBuild(packageUrl(here))
}
