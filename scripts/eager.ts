/**
 * Has V8 compile the functions that a run calls when their file is loaded. Node's compile cache keeps what was compiled
 * by then; every other function is compiled at its first call, in each process anew, which was a sixth of a start.
 * V8 takes a function in parentheses for one that is called at once. Which functions those are is measured: a small
 * project is run, first with everything to do and then with nothing.
 */
import { spawnSync } from "node:child_process"
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { parseAst } from "rolldown/parseAst"
import { type Edit, edited } from "./Edited.ts"

const experiment = `import { Artifact, Experiment, Grid, Pipeline, Stage, Table } from "ablate"
import { Effect, Schema } from "effect"

const Numbers = Artifact.json(Schema.Array(Schema.Finite))
const Config = Schema.Struct({ factor: Schema.Int, seed: Schema.Int })

export const numbers = Stage.make("warm/numbers", { output: Numbers, pool: "inline", run: () => Effect.succeed([1, 2]) })
export const scaled = Stage.make("warm/scaled", {
  config: Config,
  inputs: { numbers: Numbers },
  output: Numbers,
  run: ({ numbers }, { factor, seed }) => Effect.succeed(numbers.map((x) => x * factor + seed))
})
export const metrics = Stage.make("warm/metrics", {
  inputs: { scaled: Numbers },
  output: Artifact.metrics(["sum"]),
  pool: "inline",
  run: ({ scaled }) => Effect.succeed({ sum: { value: scaled.reduce((a, b) => a + b, 0) } })
})

const warm = Pipeline.make("warm", Config, (config) => ({
  metrics: metrics.node({ scaled: scaled.node({ numbers: numbers.node({}) }, config) })
}))

export default Experiment.make("warm", {
  pipeline: warm,
  grid: Grid.axes({ factor: [1, 2], seed: Grid.seeds(2) }),
  table: Table.make({ title: "Sums", rows: ["factor"], columns: [{ metric: "sum", label: "sum" }], baseline: { factor: "1" } })
})
`

const makeProject = (root: string): string => {
  const folder = mkdtempSync(join(tmpdir(), "ablate-build-"))
  for (const each of ["experiments", "node_modules"]) mkdirSync(join(folder, each))
  writeFileSync(join(folder, "package.json"), '{ "name": "warm", "private": true, "type": "module" }\n')
  writeFileSync(join(folder, "experiments/warm.ts"), experiment)
  symlinkSync(root, join(folder, "node_modules/ablate"), "junction")
  const effect = dirname(createRequire(import.meta.url).resolve("effect/package.json"))
  symlinkSync(effect, join(folder, "node_modules/effect"), "junction")
  return folder
}

/** Ranges of functions by file, as V8 logs them: from the parameters to the end. */
type Called = Map<string, Set<string>>

const range = (from: number | string, to: number | string): string => `${from}-${to}`

/** Adds what a log tells of the files below `dist`, and of no others. */
const addCalled = (called: Called, dist: string, log: string): void => {
  const inside = pathToFileURL(dist).href
  const files = new Map<string, string>()
  for (const line of log.split("\n")) {
    const [event, what, third = "", fourth = "", fifth = ""] = line.split(",")
    if (event === "script-details" && third.startsWith(`${inside}/`)) files.set(what ?? "", fileURLToPath(third))
    const file =
      event === "function" && (what === "parse-function" || what === "first-execution") ? files.get(third) : undefined
    if (file !== undefined) called.set(file, (called.get(file) ?? new Set()).add(range(fourth, fifth)))
  }
}

const profile = (root: string): Called => {
  const folder = makeProject(root)
  const called: Called = new Map()
  for (const ui of ["json", "json", "stream"]) {
    const log = join(folder, "v8.log")
    const run = spawnSync(
      process.execPath,
      [
        ...["--log-function-events", "--no-logfile-per-isolate", `--logfile=${log}`],
        ...[join(root, "bin/ablate.mjs"), "run", "warm", "--jobs", "1", "--ui", ui, "--store", "store"]
      ],
      { cwd: folder, encoding: "utf8", env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" } }
    )
    if (run.status !== 0)
      throw new Error(`build: the project that is measured did not run:\n${run.stdout}${run.stderr}`)
    addCalled(called, join(root, "dist"), readFileSync(log, "utf8"))
  }
  rmSync(folder, { recursive: true })
  return called
}

interface Syntax {
  readonly type: string
  readonly start: number
  readonly end: number
}

const isSyntax = (value: unknown): value is Syntax => typeof value === "object" && value !== null && "type" in value

/** Every function that stands where an expression may: a method and a declaration cannot be put in parentheses. */
const functionsIn = (tree: unknown): ReadonlyArray<Syntax> => {
  const found: Array<Syntax> = []
  const stack: Array<unknown> = [tree]
  while (stack.length > 0) {
    const next = stack.pop()
    if (Array.isArray(next)) stack.push(...next)
    if (!isSyntax(next)) continue
    if (next.type === "ArrowFunctionExpression" || next.type === "FunctionExpression") found.push(next)
    const isMethod =
      next.type === "MethodDefinition" ||
      (next.type === "Property" && (Reflect.get(next, "method") === true || Reflect.get(next, "kind") !== "init"))
    for (const [field, part] of Object.entries(next))
      if (isMethod && field === "value" && isSyntax(part)) stack.push(...Object.values(part))
      else stack.push(part)
  }
  return found
}

/** One byte a character: a text with any other takes two for each, and is read more slowly. */
const inAscii = (text: string): ReadonlyArray<Edit> =>
  Array.from(text.matchAll(/[^\0-\x7f]/g), ({ 0: unit, index }) => ({
    at: index,
    removed: 1,
    text: `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
  }))

const inParentheses = (text: string, called: ReadonlySet<string>): ReadonlyArray<Edit> => {
  const isCalled = ({ end, start, type }: Syntax): boolean =>
    called.has(range(type === "FunctionExpression" ? text.indexOf("(", start) : start, end))
  return (
    functionsIn(parseAst(text).body)
      .filter(isCalled)
      .flatMap(({ end, start }) => [
        { at: start, removed: 0, text: "(" },
        { at: end, removed: 0, text: ")" }
      ])
      // Where one function ends and another begins, the end comes first.
      .sort((a, b) => a.at - b.at || (a.text === b.text ? 0 : a.text === ")" ? -1 : 1))
  )
}

/** Rewrites the files of `dist/`. Gives how many functions are compiled ahead. */
export const compileAhead = (root: string, files: ReadonlyArray<string>): number => {
  const paths = files.filter((file) => file.endsWith(".mjs")).map((file) => join(root, "dist", file))
  const replace = (path: string, text: string): void => {
    writeFileSync(`${path}.new`, text)
    renameSync(`${path}.new`, path)
  }
  const edit = (path: string, edits: (text: string) => ReadonlyArray<Edit>): void => {
    const text = readFileSync(path, "utf8")
    const map = `${path}.map`
    // A file that only passes on what others export has no map.
    const made = edited(text, existsSync(map) ? readFileSync(map, "utf8") : undefined, edits(text))
    replace(path, made.text)
    if (made.map !== undefined) replace(map, made.map)
  }
  for (const path of paths) edit(path, inAscii)
  const called = profile(root)
  let count = 0
  for (const path of paths) {
    const ranges = called.get(path)
    if (ranges === undefined) continue
    edit(path, (text) => inParentheses(text, ranges))
    count += ranges.size
  }
  return count
}
