/**
 * Builds src/dist/: the command (cli.mjs), what a worker runs (worker.mjs), what compiled experiments import
 * (runtime/), what scripts import (index.mjs, numerics.mjs, testing.mjs), and the declarations (types/). The command,
 * the worker and the runtime are one code-split bundle, so that a process holds one instance of Effect and of the
 * framework. Run: node scripts/build.ts; with --if-changed only where it would give something else than is there.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { type InputOptions, type Plugin, rolldown } from "rolldown"
import { exportHashes } from "../src/plan/code/Analysis.ts"
import { compileAhead } from "./eager.ts"
import { forget, isBuilt, remember } from "./Stamp.ts"
import { writeTypes } from "./types.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
const framework = join(root, "src")
const dist = join(framework, "dist")
const started = performance.now()

/** The namespaces that experiments and the command mostly use; the rest is loaded only where one is used. */
const commonNamespaces = new Set(
  "Effect Schema Layer Context Cause Exit Option Fiber Schedule Duration Queue Semaphore Deferred Data Result Scope Clock Predicate Random pipe flow identity".split(
    " "
  )
)

const existing = (entries: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(entries).filter(([name, source]) => {
      const found = existsSync(join(root, source))
      if (!found) console.error(`build: no ${source} yet, so no dist/${name}.mjs`)
      return found
    })
  )

/** Modules made up here: what the two halves of Effect export. */
const virtual = (modules: Readonly<Record<string, string>>): Plugin => ({
  name: "virtual",
  resolveId: { filter: { id: /^virtual:/ }, handler: (id) => id },
  load: { filter: { id: /^virtual:/ }, handler: (id) => modules[id] ?? null }
})

/**
 * Modules of functions over plain values, of which the common half needs a little. Exported whole from the
 * shared file they would make every start slower by a sixth; so the rest has whole copies of its own.
 */
const pureNamespaces = new Set(
  "Metric SemVer SemVerRange ByteSize Bytes Cron Optic JsonSchema MutableRef MutableHashMap MutableHashSet MutableList Array String Number BigInt BigDecimal Boolean Record Struct Tuple Order Ordering Equivalence Iterable Chunk HashMap HashSet DateTime RegExp Symbol Encoding Filter Brand Combiner Reducer Graph Trie".split(
    " "
  )
)
const wholeCopies = (): Plugin => ({
  name: "whole-copies",
  resolveId: {
    filter: { id: /./ },
    async handler(id, importer) {
      if (id.endsWith("?whole")) {
        const found = await this.resolve(id.slice(0, -"?whole".length), importer, { skipSelf: true })
        return found === null ? null : { ...found, id: `${found.id}?whole` }
      }
      if (importer?.endsWith("?whole")) return this.resolve(id, importer.slice(0, -"?whole".length), { skipSelf: true })
      return null
    }
  },
  load: { filter: { id: /\?whole$/ }, handler: (id) => readFileSync(id.slice(0, -"?whole".length), "utf8") }
})

const shared: InputOptions = {
  cwd: root,
  platform: "node",
  tsconfig: false,
  logLevel: "warn",
  transform: { define: { "process.env.NODE_ENV": '"production"', "process.env.DEV": '"false"' } },
  resolve: { conditionNames: ["ablate:src", "node", "import", "module", "default"] }
}
const external = [
  /^better-sqlite3$/,
  /^pg$/,
  /^@aws-sdk\//,
  /^pg-boss$/,
  /^rolldown(\/|$)/,
  /^enhanced-resolve$/,
  /^@tensorflow\//,
  /^react-devtools-core$/,
  /^@dagrejs\//
]

/**
 * Few files start faster than many: the common half of Effect with all that it needs is one, and what a run from
 * the cache needs of our own is another. Never a module that acts when it is loaded: an entry stays by itself.
 */
const groups = [
  {
    name: "effect",
    priority: 2,
    test: new RegExp(`node_modules/effect/dist/(${[...commonNamespaces].join("|")}|Function)\\.js$`)
  },
  {
    name: "ablate",
    priority: 1,
    test: /\/src\/(domain|declare|store|observe|report|execute|plan|session|cli)\/(?!figures\/|postgres\/|cluster\/|OnCluster|worker|main|page\/|code\/|modules\/(?!Observed)|ProgramCompiler|Completion|Causes|GraphText|GraphLayout|Init|Template|Recompute|commands\/(?!run))/
  }
]

/** Sources of packages are named as an installed framework finds them: beside it. */
const besideFramework = (source: string): string => source.replace("node_modules/", "").replace("?whole", "")

const write = async (input: Record<string, string>, options: InputOptions): Promise<ReadonlyArray<string>> => {
  if (Object.keys(input).length === 0) return []
  const bundle = await rolldown({ ...shared, ...options, input })
  const { output } = await bundle.write({
    dir: dist,
    format: "es",
    minify: true,
    sourcemap: true,
    // The sources are in the package, and Effect's beside it.
    sourcemapExcludeSources: true,
    sourcemapPathTransform: besideFramework,
    entryFileNames: "[name].mjs",
    chunkFileNames: "chunks/[name]-[hash].mjs",
    codeSplitting: { groups }
  })
  await bundle.close()
  return output.map(({ fileName }) => fileName)
}

/** Removes what earlier builds left, but not what a process that started lately may still load. */
const sweep = (kept: ReadonlySet<string>): void => {
  for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    const path = join(dist, file)
    const stat = statSync(path)
    if (stat.isFile() && !kept.has(file.split(sep).join("/")) && stat.mtimeMs < Date.now() - 600_000) rmSync(path)
  }
}

/** The command's help as text, so that `--help` loads nothing. */
const writeHelp = async (): Promise<void> => {
  const { commandNames } = await import("../src/cli/Commands.ts")
  const { help } = await import("../src/cli/Help.ts")
  const texts = commandNames.map((name) => [name, help(name)] as const)
  writeFileSync(join(dist, "help.json"), JSON.stringify(Object.fromEntries([["", help()], ...texts])))
}

/** What report pages hold: one script for browsers, and one style. */
const writePage = async (): Promise<ReadonlyArray<string>> => {
  const bundle = await rolldown({ ...shared, platform: "browser", input: join(framework, "page/client.tsx") })
  const folder = join(dist, "page")
  await bundle.write({
    dir: folder,
    format: "iife",
    minify: true,
    sourcemap: true,
    sourcemapExcludeSources: true,
    sourcemapPathTransform: besideFramework,
    entryFileNames: "client.js"
  })
  await bundle.close()
  // Its comments and its shape are for those who write it.
  const style = readFileSync(join(framework, "page/style.css"), "utf8")
  writeFileSync(
    join(folder, "style.css"),
    style
      .replaceAll(/\/\*[\s\S]*?\*\//g, "")
      .replaceAll(/\n\s*/g, " ")
      .trim()
  )
  return ["client.js", "client.js.map", "style.css"].map((file) => `page/${file}`)
}

/** Compiling the kernels takes longer than all the rest: only when a source is newer than what was made of it. */
const kernelsAreStale = (): boolean => {
  const generated = statSync(join(root, "src/numerics/kernels.generated.ts"), { throwIfNoEntry: false })
  const sources = readdirSync(join(root, "src/numerics/kernels"), { recursive: true, encoding: "utf8" })
  return (
    generated === undefined ||
    sources.some((file) => statSync(join(root, "src/numerics/kernels", file)).mtimeMs > generated.mtimeMs)
  )
}

if (process.argv.includes("--if-changed") && isBuilt(root)) process.exit(0)
forget(root)

if (kernelsAreStale()) {
  const { buildKernels } = await import("./kernels.ts")
  await buildKernels()
}
const kernelsDone = performance.now()

const names = Object.keys(await import("effect"))
const core = names.filter((name) => commonNamespaces.has(name))
const rest = names.filter((name) => !commonNamespaces.has(name))

const command = await write(
  {
    ...existing({
      cli: "src/cli/main.ts",
      worker: "src/execute/worker.ts",
      "runtime/ablate": "src/index.ts",
      "runtime/numerics": "src/numerics/index.ts",
      "runtime/commands": "src/commands.ts"
    }),
    "runtime/effect-core": "virtual:effect-core",
    "runtime/effect-all": "virtual:effect-all"
  },
  {
    external,
    plugins: [
      virtual({
        "virtual:effect-core": `export { ${core.join(", ")} } from "effect"`,
        "virtual:effect-all": [
          `export { ${rest.filter((name) => !pureNamespaces.has(name)).join(", ")} } from "effect"`,
          ...rest
            .filter((name) => pureNamespaces.has(name))
            .map((name) => `export * as ${name} from "effect/${name}?whole"`)
        ].join("\n")
      }),
      wholeCopies()
    ]
  }
)
const { version: effect } = JSON.parse(readFileSync(join(root, "node_modules/effect/package.json"), "utf8"))
// A figure is made by the numerics: a stage's key holds the code behind what it takes of them.
const numerics = exportHashes(root, join(root, "src/numerics/index.ts"), Date.now())
writeFileSync(join(dist, "runtime/manifest.json"), JSON.stringify({ core, rest, effect, numerics }))

const library = await write(
  existing({ index: "src/index.ts", numerics: "src/numerics/index.ts", testing: "src/testing.ts" }),
  { external: [...external, /^effect(\/|$)/] }
)

const page = await writePage()
await writeHelp()
const types = writeTypes(root, join(dist, "types"))
sweep(new Set([...command, ...library, ...page, ...types, "runtime/manifest.json", "help.json"]))
const bundled = performance.now()
const ahead = compileAhead(framework, command)

const seconds = (from: number): string => ((performance.now() - from) / 1000).toFixed(1)
console.error(
  `build: ${command.length + library.length} files in ${seconds(started)} s, bundling ${((bundled - kernelsDone) / 1000).toFixed(1)} s; ${ahead} functions compiled ahead`
)
remember(root)
