/** The screen of the real command in a real terminal, as a shell starts it: keys, sizes, and how the terminal is left. */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { type IPty, spawn } from "@lydell/node-pty"
import xterm from "@xterm/headless"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { bin, imports, type Project, project } from "./rig.ts"

/** Four cells, each trained until the file `go` is there; the first cell of `broken` fails at its first attempt. */
const slow = {
  "experiments/slow.ts": `${imports}
import { existsSync, writeFileSync } from "node:fs"
const Row = Schema.Struct({ method: Schema.String, seed: Schema.Int })
export const train = Stage.make("train", {
  config: Row,
  output: Artifact.json(Schema.Finite),
  run: ({}, { method, seed }) => Effect.gen(function* () {
    writeFileSync("pid", String(process.pid))
    console.log("training " + method)
    const progress = yield* Progress
    for (let epoch = 1; !existsSync("go-" + method); epoch++) {
      yield* progress.report({ current: epoch, total: 100000, unit: "epoch", metrics: { loss: 1 / epoch } })
      yield* Effect.sleep("50 millis")
    }
    return method === "fair" ? 0.25 + seed / 4 : 0.125
  })
})
export const measure = Stage.make("measure", {
  inputs: { score: Artifact.json(Schema.Finite) },
  output: Artifact.metrics(["accuracy"]),
  run: ({ score }) => Effect.succeed({ accuracy: { value: score } })
})
export default Experiment.make("slow", {
  pipeline: Pipeline.make("p", Row, (row) => ({ metrics: measure.node({ score: train.node({}, row) }) })),
  grid: Grid.rows([{ method: "plain" }, { method: "fair" }]).cross({ seed: Grid.seeds(2) }),
  table: Table.make({
    title: "Slow",
    rows: ["method"],
    columns: [{ metric: "accuracy", label: "accuracy", digits: 3, better: "higher" }],
    baseline: { method: "plain" }
  })
})
`
}

/** A shell in a terminal of this size, and what a person sees of it. */
class Terminal {
  readonly #screen: InstanceType<typeof xterm.Terminal>
  readonly #shell: IPty
  raw = ""

  constructor(cwd: string, cols: number, rows: number) {
    this.#screen = new xterm.Terminal({ cols, rows, allowProposedApi: true })
    const { HOME, PATH = "" } = process.env
    this.#shell = spawn("/bin/sh", ["-i"], {
      cols,
      rows,
      cwd,
      env: { HOME: HOME ?? cwd, PATH, PS1: "ready> ", LANG: "C.UTF-8", TERM: "xterm-256color" }
    })
    this.#shell.onData((text) => {
      this.raw += text
      this.#screen.write(text)
    })
  }

  text(): string {
    const { active } = this.#screen.buffer
    const lines = Array.from({ length: this.#screen.rows }, (_, row) =>
      active.getLine(active.baseY + row)?.translateToString(true)
    )
    return lines.join("\n").trimEnd()
  }

  type(text: string): void {
    this.#shell.write(text)
  }

  resize(cols: number, rows: number): void {
    this.#screen.resize(cols, rows)
    this.#shell.resize(cols, rows)
  }

  /** Waits as long as it takes until the screen is like this. */
  async shows(what: string | RegExp | ((text: string) => boolean), seconds = 30): Promise<void> {
    const holds = (text: string) =>
      typeof what === "string" ? text.includes(what) : typeof what === "function" ? what(text) : what.test(text)
    for (let turn = 0; turn < seconds * 40; turn++) {
      if (holds(this.text())) return
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    throw new Error(`the screen never showed ${String(what)}, but:\n${this.text()}`)
  }

  /** What a command prints whose output ends with the prompt. */
  async asks(command: string): Promise<string> {
    this.raw = ""
    this.type(`${command}; echo "<""$?>"\r`)
    await this.shows(() => /<\d+>\r?\n[\s\S]*ready> $/.test(this.raw))
    return this.raw
  }

  end(): void {
    this.#shell.kill("SIGKILL")
  }
}

const run = `${process.execPath} ${bin} run slow --jobs 2`

/** The terminal reads lines again, echoes them, makes signals of keys, and shows its cursor. */
const assertRestored = async (terminal: Terminal): Promise<void> => {
  const { raw } = terminal
  assert.isAbove(raw.lastIndexOf("\u001b[?25h"), raw.lastIndexOf("\u001b[?25l"), "the cursor is shown")
  const state = await terminal.asks("stty -a")
  for (const mode of ["icanon", "echo", "isig"]) assert.match(state, new RegExp(`(^|\\s)${mode}\\b`), `no ${mode}`)
}

describe.skipIf(process.platform === "win32")("the screen in a terminal", () => {
  let made: Project
  let terminal: Terminal
  const go = (method: string) => writeFileSync(made.path(`go-${method}`), "")

  beforeAll(async () => {
    made = project(slow)
    terminal = new Terminal(made.root, 110, 30)
    await terminal.shows("ready>")
  })
  afterAll(() => terminal.end())

  it("selects and opens a cell, tells its log and why it ran, pauses and resumes", async () => {
    terminal.type(`clear; ${run}\r`)
    await terminal.shows(/epoch +\d+\/100000/)
    terminal.type("\u001b[B")
    await terminal.shows("›plain")
    terminal.type("\r")
    await terminal.shows(/◌ train +running/)
    await terminal.shows("train: training plain")
    await terminal.shows(/train loss +1\.0000 \S+/)
    assert.include(terminal.text(), "ablate show method=plain,seed=0")
    terminal.type("w")
    await terminal.shows(/why it ran[\s\S]*train/)
    terminal.type("\u001b")
    await terminal.shows("›plain")
    terminal.type("p")
    await terminal.shows(/slow .*paused/)
    terminal.type("p")
    await terminal.shows((text) => !text.includes("paused"))
  })

  it("shows figures as they come, sorts by them, and fits another size", async () => {
    go("plain")
    await terminal.shows(/plain +\.125 \.125 +\.125/)
    go("fair")
    await terminal.shows(/accuracy.* \.125 +\.500/)
    await terminal.shows("finished in")
    await terminal.shows(/ready>$/)
    await assertRestored(terminal)
  })

  it("shows a run that is over until it is left", async () => {
    terminal.type(`clear; ${process.execPath} ${bin} watch\r`)
    await terminal.shows("q leave")
    await terminal.shows(/fair +\.250 \.500 +\.375/)
    // The baseline is known once the experiment is opened.
    await terminal.shows(/\+\.250/)
    terminal.type("s")
    await terminal.shows(/best first[\s\S]*fair[\s\S]*plain/)
    terminal.resize(58, 16)
    await terminal.shows((text) => text.split("\n").every((line) => line.length <= 58) && text.includes("q leave"))
    await terminal.shows((text) => text.split("slow  run").length === 2)
    terminal.type("q")
    await terminal.shows(/ready>$/)
    await assertRestored(terminal)
    terminal.resize(110, 30)
  })

  it("comes back after Ctrl-Z, and stops when what runs has ended", async () => {
    const store = "--store other"
    made.write({ "experiments/slow.ts": made.read("experiments/slow.ts").replaceAll('"go-"', '"on-"') })
    terminal.type(`clear; ${run} ${store}\r`)
    await terminal.shows(/epoch +\d+\/100000/)
    terminal.type("\u001a")
    await terminal.shows(/ready>$/)
    await assertRestored(terminal)
    terminal.type("fg\r")
    await terminal.shows(/q stop/)
    terminal.type("q")
    await terminal.shows("let 2 running stages end?")
    terminal.type("\u001b")
    await terminal.shows("q stop")
    terminal.type("q")
    await terminal.shows("let 2 running stages end?")
    writeFileSync(made.path("on-plain"), "")
    await terminal.shows("What is finished is kept")
    await terminal.shows(/ready>$/)
    await assertRestored(terminal)
  })

  it("leaves the terminal as it was when it is ended by a signal", async () => {
    terminal.type(`clear; rm pid; ${run} --store third; echo "code $?"\r`)
    await terminal.shows(/epoch +\d+\/100000/)
    while (!existsSync(made.path("pid"))) await new Promise((resolve) => setTimeout(resolve, 20))
    process.kill(Number(readFileSync(made.path("pid"), "utf8")), "SIGTERM")
    await terminal.shows("code 130")
    await assertRestored(terminal)
  })
})
