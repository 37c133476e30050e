/**
 * Builds dist/: the command (cli.mjs), what a worker runs (worker.mjs), what compiled experiments import
 * (runtime/), and what scripts import (index.mjs, numerics.mjs). The command, the worker and the runtime are
 * one code-split bundle, so that a process holds one instance of Effect and of the framework.
 * Run: node scripts/build.ts
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type InputOptions, type Plugin, rolldown } from "rolldown"

const root = fileURLToPath(new URL("..", import.meta.url))
const dist = join(root, "dist")
const started = performance.now()

/** The namespaces that experiments and the command mostly use; the rest is loaded only where one is used. */
const commonNamespaces = new Set(
  "Effect Schema Layer Context Cause Exit Option Fiber Schedule Duration Queue Stream Semaphore Deferred Data Result Scope Clock Predicate Random pipe flow identity".split(
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

const shared: InputOptions = {
  cwd: root,
  platform: "node",
  tsconfig: false,
  logLevel: "warn",
  transform: { define: { "process.env.NODE_ENV": '"production"', "process.env.DEV": '"false"' } },
  resolve: { conditionNames: ["ablate:src", "node", "import", "module", "default"] }
}
const external = [/^better-sqlite3$/, /^rolldown(\/|$)/, /^@tensorflow\//, /^react-devtools-core$/]

const write = async (input: Record<string, string>, options: InputOptions): Promise<ReadonlyArray<string>> => {
  if (Object.keys(input).length === 0) return []
  const bundle = await rolldown({ ...shared, ...options, input })
  const { output } = await bundle.write({
    dir: dist,
    format: "es",
    minify: true,
    sourcemap: false,
    entryFileNames: "[name].mjs",
    chunkFileNames: "chunks/[name]-[hash].mjs"
  })
  await bundle.close()
  return output.map(({ fileName }) => fileName)
}

const names = Object.keys(await import("effect"))
const core = names.filter((name) => commonNamespaces.has(name))
const rest = names.filter((name) => !commonNamespaces.has(name))

const command = await write(
  {
    ...existing({
      cli: "src/cli/main.ts",
      worker: "src/execute/worker.ts",
      "runtime/ablate": "src/index.ts",
      "runtime/numerics": "src/numerics/index.ts"
    }),
    "runtime/effect-core": "virtual:effect-core",
    "runtime/effect-all": "virtual:effect-all"
  },
  {
    external,
    plugins: [
      virtual({
        "virtual:effect-core": `export { ${core.join(", ")} } from "effect"`,
        "virtual:effect-all": `export { ${rest.join(", ")} } from "effect"`
      })
    ]
  }
)
writeFileSync(join(dist, "runtime/manifest.json"), JSON.stringify({ core, rest }))

const library = await write(existing({ index: "src/index.ts", numerics: "src/numerics/index.ts" }), {
  external: [...external, /^effect(\/|$)/]
})

console.error(
  `build: ${command.length + library.length} files in ${((performance.now() - started) / 1000).toFixed(1)} s`
)
