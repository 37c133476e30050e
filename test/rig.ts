/**
 * Drives the built command on projects of the tests' own: a folder with the given files, child processes, and what
 * they said. Executions are counted twice: by the run's events, and by the lines that stages append to a side file.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { Schema } from "effect"
import { assert } from "vitest"
import { ResultTable } from "../src/domain/ResultTable.ts"
import { RunEvent, type RunEventOf } from "../src/domain/RunEvent.ts"
import { temporary } from "./temporary.ts"

export { temporary }

export const bin = fileURLToPath(new URL("../bin/ablate.mjs", import.meta.url))

export type Files = Readonly<Record<string, string>>
export type Environment = Readonly<Record<string, string>>

export interface Options {
  readonly env?: Environment
  /** Default: the project's root. */
  readonly cwd?: string
  /** In a process group of its own, as a terminal would start it. */
  readonly ownGroup?: boolean
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

const toEvent = Schema.decodeUnknownSync(RunEvent)
const toTable = Schema.decodeUnknownSync(ResultTable)

/** What a complete line of `--ui json` says; anything but an event fails the test. */
export const parseEvents = (stdout: string): ReadonlyArray<RunEvent> =>
  stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      try {
        return toEvent(JSON.parse(line))
      } catch (cause) {
        throw new Error(`not an event: ${line}`, { cause })
      }
    })

export const countOf = (names: ReadonlyArray<string>): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** A run with `--ui json`, read back from its events. */
export class Run {
  readonly ended: Ended
  readonly events: ReadonlyArray<RunEvent>
  /** The side file's lines of this run. */
  readonly ran: ReadonlyArray<string>

  constructor(ended: Ended, ran: ReadonlyArray<string>) {
    this.ended = ended
    this.events = parseEvents(ended.stdout)
    this.ran = ran
  }

  of<Tag extends RunEvent["_tag"]>(tag: Tag): ReadonlyArray<RunEventOf<Tag>> {
    return this.events.filter((event): event is RunEventOf<Tag> => event._tag === tag)
  }

  get started(): RunEventOf<"RunStarted"> {
    const [event] = this.of("RunStarted")
    if (event === undefined) throw new Error(`the run did not start: ${this.ended.stderr}`)
    return event
  }

  get finished(): RunEventOf<"RunFinished"> {
    const event = this.of("RunFinished").at(-1)
    if (event === undefined) throw new Error(`the run did not finish: ${this.ended.stderr}`)
    return event
  }

  /** Stage name to the number of its nodes that ran to success. */
  get executed(): Readonly<Record<string, number>> {
    return countOf(this.of("NodeSucceeded").map((event) => event.stage))
  }

  /** `cell stage` to the hash of the artifact, executed or cached. */
  get artifacts(): ReadonlyMap<string, string> {
    const { cells, nodes } = this.started
    const byId = new Map(nodes.map((node) => [node.id, node]))
    const out = new Map<string, string>()
    for (const event of this.events)
      if (event._tag === "NodeSucceeded" || event._tag === "NodeCached")
        for (const cell of byId.get(event.node)?.cells ?? [])
          out.set(`${cells[cell]?.id} ${event.stage}`, event.artifact)
    return out
  }
}

/** Holds a run to exactly these executions, by its events, by its count and by the side file. */
export const assertExecuted = (run: Run, expected: Readonly<Record<string, number>>): void => {
  assert.strictEqual(run.ended.code, 0, run.ended.stderr)
  assert.deepStrictEqual(run.executed, expected)
  assert.deepStrictEqual(countOf(run.ran.map((line) => line.split(" ")[0] ?? "")), expected, "by the side file")
  const total = Object.values(expected).reduce((sum, count) => sum + count, 0)
  const { cached, executed, failed, nodes, skipped } = run.finished
  assert.deepStrictEqual(
    { cached, executed, failed, skipped },
    { cached: nodes - total, executed: total, failed: 0, skipped: 0 }
  )
}

/** Holds what ended to a refusal: the exit code, one message on stderr with these parts, no stack, no result. */
export const assertRefused = (ended: Ended, parts: ReadonlyArray<string | RegExp>, code = 2): void => {
  const text = ended.stderr
  assert.strictEqual(ended.code, code, text)
  assert.notMatch(text, /^\s+at .*[:(]/m, "a stack")
  assert.notMatch(text, /bug in Ablate/)
  assert.strictEqual(text.match(/^ablate( [a-z]+)?: /gm)?.length, 1, `one message, found: ${text}`)
  assert.match(text, /^ablate( [a-z]+)?: /, text)
  for (const part of parts)
    if (typeof part === "string") assert.include(text, part)
    else assert.match(text, part)
}

const environment = (given: Environment): NodeJS.ProcessEnv => {
  const { HOME, PATH, SystemRoot, TMPDIR } = process.env
  return { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...(SystemRoot ? { SystemRoot } : {}), ...given }
}

/** A command that is running. */
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves when stdout has had as many lines with this text. Rejects when the command ends before. */
  readonly says: (text: string, times?: number) => Promise<void>
}

/** The side file: stages of the tests append a line to it whenever they run. */
const sideFile = "ran.log"

/** The module `ran.ts` of every project: `ran("stage …")` counts an execution. */
const counter = `import { appendFileSync } from "node:fs"
export const ran = (what: string): void => appendFileSync("${sideFile}", what + "\\n")
`

export class Project {
  readonly root: string

  constructor(root: string) {
    this.root = root
  }

  path(...parts: ReadonlyArray<string>): string {
    return join(this.root, ...parts)
  }

  read(path: string): string {
    return readFileSync(this.path(path), "utf8")
  }

  write(files: Files): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(this.path(path)), { recursive: true })
      writeFileSync(this.path(path), text)
    }
  }

  /** Replaces text that must be there. */
  edit(path: string, from: string, to: string): void {
    const text = this.read(path)
    if (!text.includes(from)) throw new Error(`${path} has no "${from}"`)
    writeFileSync(
      this.path(path),
      text.replace(from, () => to)
    )
  }

  start(args: ReadonlyArray<string>, options: Options = {}): Running {
    return this.#spawn([bin, ...args], options)
  }

  /** Runs a script of the project. */
  node(script: string): Promise<Ended> {
    return this.#spawn([this.path(script)], {}).ended
  }

  #spawn(args: ReadonlyArray<string>, options: Options): Running {
    const child = spawn(process.execPath, args, {
      cwd: options.cwd ?? this.root,
      env: environment(options.env ?? {}),
      stdio: ["ignore", "pipe", "pipe"],
      detached: options.ownGroup ?? false
    })
    let [stdout, stderr] = ["", ""]
    const listeners = new Set<() => void>()
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text
      for (const listener of listeners) listener()
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text
    })
    const ended = new Promise<Ended>((resolve) => {
      child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }))
    })
    const says = (text: string, times = 1) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (stdout.split(text).length <= times) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        look()
        void ended.then((end) => reject(new Error(`it ended without saying ${text}: ${end.stdout}${end.stderr}`)))
      })
    return { child, ended, says }
  }

  ablate(args: ReadonlyArray<string>, options: Options = {}): Promise<Ended> {
    return this.start(args, options).ended
  }

  /** Resolves when the side file has this line. */
  async ranHas(line: string): Promise<void> {
    const path = this.path(sideFile)
    while (!existsSync(path) || !readFileSync(path, "utf8").split("\n").includes(line))
      await new Promise((resolve) => setTimeout(resolve, 20))
  }

  /** Resolves when the side file has so many lines. */
  async ranTimes(count: number): Promise<void> {
    const path = this.path(sideFile)
    while (!existsSync(path) || readFileSync(path, "utf8").split("\n").length <= count)
      await new Promise((resolve) => setTimeout(resolve, 20))
  }

  /** Lines of the side file, which is emptied. */
  takeRan(): ReadonlyArray<string> {
    const path = this.path(sideFile)
    if (!existsSync(path)) return []
    const lines = readFileSync(path, "utf8").split("\n").slice(0, -1)
    rmSync(path)
    return lines
  }

  /** `ablate run … --ui json`, on one worker where nothing else is said: what a run gives does not depend on it. */
  async run(args: ReadonlyArray<string>, options: Options = {}): Promise<Run> {
    this.takeRan()
    const jobs = args.includes("--jobs") ? [] : ["--jobs", "1"]
    const ended = await this.ablate(["run", ...args, ...jobs, "--ui", "json"], options)
    return new Run(ended, this.takeRan())
  }

  /** `ablate table … --format json`. */
  async table(args: ReadonlyArray<string>, options: Options = {}): Promise<ResultTable> {
    const ended = await this.ablate(["table", ...args, "--format", "json"], options)
    assert.strictEqual(ended.code, 0, ended.stderr)
    return toTable(JSON.parse(ended.stdout))
  }

  /** Files below a folder, relative to it, sorted; none where there is no folder. */
  files(folder: string): ReadonlyArray<string> {
    const root = this.path(folder)
    if (!existsSync(root)) return []
    return readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((file) => statSync(join(root, file), { throwIfNoEntry: false })?.isFile() === true)
      .sort()
  }
}

/** A project of these files, with a package.json and the counter `ran.ts`. */
export const project = (files: Files, prefix?: string): Project => {
  const made = new Project(temporary(prefix))
  made.write({ "package.json": JSON.stringify({ name: "study", type: "module" }), "ran.ts": counter, ...files })
  return made
}

/** What most experiment files of the tests import. */
export const imports = `import { Artifact, Experiment, External, Figure, Grid, Pipeline, Progress, Setting, Stage, Table } from "ablate"
import { Effect, Schema } from "effect"
`
