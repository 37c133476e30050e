import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { displayWidth } from "../../src/domain/DisplayWidth.ts"
import type { JournalEntry } from "../../src/domain/RunDetail.ts"
import type { RunEvent } from "../../src/domain/RunEvent.ts"
import * as Fold from "../../src/observe/Fold.ts"
import { initial, type Progress } from "../../src/observe/Progress.ts"
import type { CellDetail } from "../../src/observe/RunControl.ts"
import { frameToText } from "../../src/ui/Frame.ts"
import * as Known from "../../src/ui/Known.ts"
import * as View from "../../src/ui/View.ts"
import { scripted } from "../observe/ScriptedRun.ts"

const methods = ["agnostic", "debiased vectors", "gender feature", "aware-race"]
const run = scripted({ methods, seeds: 5 })
const [t, m] = [run.train, run.measure]

/** Some cached, some computed, one failed, two running. */
const halfway: ReadonlyArray<RunEvent> = [
  run.started(),
  run.cached(0, 0),
  ...[0, 1, 2, 3].flatMap((cell) => [run.cached(t(cell), 0), run.cached(m(cell), 0)]),
  ...[4, 5].flatMap((cell) => [
    run.start(t(cell), 0),
    run.succeeded(t(cell), 900, 900),
    run.start(m(cell), 900),
    run.succeeded(m(cell), 910, 10)
  ]),
  run.start(t(6), 1000),
  run.failed(t(6), 2000, 1, false, "the loss is not finite at epoch 3 of 400; lower `train.learningRate`"),
  run.skipped(m(6), 2000, t(6)),
  run.start(t(7), 2000),
  run.start(t(8), 2500, 2),
  run.report(t(7), 7000, 120, 400, 0.12345),
  run.report(t(8), 7000, 320, 400, 0.000045)
]
const progress = Fold.steps(initial, halfway)
const interrupted = Fold.step(
  progress,
  run.finished(134_000, "interrupted", { executed: 4, cached: 9, failed: 1, skipped: 27 })
)

/** The same, with what the finished cells came to: 0.80, 0.81 … and its complement. */
const figures: ReadonlyArray<JournalEntry> = [0, 1, 2, 3, 4, 5].map((cell) => ({
  _tag: "CellEnded",
  cell,
  at: 7000,
  metrics: { accuracy: { value: 0.8 + cell / 100, n: 420 }, flips: { value: cell === 1 ? null : 12 - cell } }
}))
const measured = Fold.steps(progress, figures)
const known: Known.Known = {
  ...Known.nothing,
  offers: { steers: true, looksUp: true, stays: false },
  figures: {
    columns: [
      { metric: "accuracy", label: "accuracy", better: "higher" },
      { metric: "flips", label: "flips", better: "lower", kind: "count" }
    ],
    baseline: { method: "agnostic" },
    // Half as wide as the values are apart: what an interval is, is not the screen's to know.
    interval: (values) => {
      const middle = values.reduce((sum, value) => sum + value, 0) / values.length
      const half = (Math.max(...values) - Math.min(...values)) / 2
      return values.length < 2 ? null : [middle - half, middle + half]
    }
  }
}

const lines = (text: string): ReadonlyArray<string> => text.split("\n")

describe("Frame", () => {
  it("shows a run at 80 × 24", () => {
    assert.deepStrictEqual(lines(frameToText(progress, { columns: 80, rows: 24 })), [
      "table3  run 20260131-154502-k3f9                          0:07 · about 15 s left",
      "▓▓▓▓█✗–░░░░░░░░░░░░░  14/41 nodes  1 failed  2 running  4 computed  9 cached",
      "",
      " corpus  ██████  1/1            train   █✗░░░░  6/20 0.90 s",
      " measure █░░░░░  6/20 10 ms",
      "",
      " method            1 2 3 4 5",
      " agnostic          ○ ○ ○ ○ ●  5/5",
      " debiased vectors  ● ✗ ◔ ◕ ·  1/5  ✗1",
      " gender feature    · · · · ·  0/5",
      " aware-race        · · · · ·  0/5",
      " 20 cells  ✗ failed 1  ◑ running 2  ● computed 2  ○ cached 4  · waiting 11",
      "",
      " ◔ train    debiased vectors seed 3            epoch 120/400  loss 0.1235   0:05",
      " ◕ train    debiased vectors seed 4  try 2     epoch 320/400  loss 4.5e-5   0:04",
      "",
      " ✗ train  debiased vectors seed 2  Diverged: the loss is not finite at epoch 3",
      "     of 400; lower `train.learningRate`",
      "   in full: ablate why table3 'method=debiased vectors,seed=2'",
      "",
      " ablate watch 20260131-154502-k3f9",
      " q stop  ↑↓←→ move  Enter open  p pause  l log  f failed  / search  ? help"
    ])
  })

  it("shows the figures of the finished cells, and what each row comes to", () => {
    assert.deepStrictEqual(lines(frameToText(measured, { columns: 100, rows: 24, known })).slice(5, 12), [
      " accuracy  higher is better                                                   .8000            .8500",
      " method               1    2    3    4    5    mean ±95%          Δ ±95%    n",
      " agnostic          .800 .810 .820 .830 .840   .8200 ±.0200     base         5/5",
      " debiased vectors  .850    ✗    ◔    ◕    ·   .8500          +.0500         1/5  ✗1",
      " gender feature       ·    ·    ·    ·    ·                                 0/5",
      " aware-race           ·    ·    ·    ·    ·                                 0/5",
      " 20 cells  ✗ failed 1  ◑ running 2  ● computed 2  ○ cached 4  · waiting 11"
    ])
    const counts = { ...View.initial, metric: 1, cursor: { variant: 1, seed: 0 } }
    assert.deepStrictEqual(lines(frameToText(measured, { columns: 80, rows: 24, known, view: counts })).slice(6, 10), [
      " flips  lower is better                                          12            7",
      " method               1    2    3    4    5    mean ±95%          Δ  n",
      " agnostic            12  n/a   10    9    8      10 ±2         base  4/5",
      "›debiased vectors     7    ✗    ◔    ◕    ·       7              -5  1/5  ✗1"
    ])
    const states = lines(
      frameToText(measured, { columns: 80, rows: 24, known, view: { ...View.initial, metric: null } })
    )
    assert.strictEqual(states[8], ` agnostic             ○    ○    ○    ○    ●${" ".repeat(26)}5/5`)
  })

  it("keeps the figures' columns where they are, from before the first one on", () => {
    const at = (shown: Progress) =>
      lines(frameToText(shown, { columns: 90, rows: 30, known })).flatMap((line, index) =>
        line.startsWith(" method") || line.startsWith(" aware-race") ? [`${index} ${line}`] : []
      )
    const before = at(Fold.steps(initial, [run.started()]))
    assert.deepStrictEqual(at(progress), before)
    assert.deepStrictEqual(at(measured), before)
  })

  it("sorts by the metric, rows without a figure last", () => {
    const later = Fold.steps(measured, [
      { _tag: "CellEnded", cell: 10, at: 7000, metrics: { accuracy: { value: 0.5 }, flips: { value: 99 } } }
    ])
    const rows = (view: Partial<View.View>) =>
      lines(frameToText(later, { columns: 90, rows: 30, known, view: { ...View.initial, ...view } }))
        .filter((line) => /^ (agnostic|debiased|gender|aware)/.test(line))
        .map((line) => line.trim().split(/[ -]/)[0])
    assert.deepStrictEqual(rows({ sort: "best" }), ["debiased", "agnostic", "gender", "aware"])
    assert.deepStrictEqual(rows({ sort: "worst" }), ["gender", "agnostic", "debiased", "aware"])
    assert.deepStrictEqual(rows({ sort: "best", metric: 1 }), ["debiased", "agnostic", "gender", "aware"])
    assert.deepStrictEqual(rows({ sort: "grid" }), ["agnostic", "debiased", "gender", "aware"])
  })

  it("says on whose machine a running node is computed, shortened where there is little room", () => {
    const row = (host: string | undefined, columns: number) => {
      const started = { ...run.start(t(0), 0), ...(host === undefined ? {} : { host }) }
      const frame = frameToText(Fold.steps(initial, [run.started(), started]), { columns, rows: 24 })
      return lines(frame).find((line) => /^ \S train/.test(line)) ?? ""
    }
    const long = "a-very-long-name-of-a-machine.cluster.example.org"
    assert.include(row("node17", 80), "  on node17 ")
    assert.match(row(long, 80), / {2}on a-very-long-\S*…/)
    assert.notInclude(row(undefined, 80), " on ")
    for (const columns of [30, 50, 80, 120]) assert.isAtMost(displayWidth(row(long, columns)), columns)
  })

  it("leaves a summary when the run is over", () => {
    assert.deepStrictEqual(lines(frameToText(interrupted, { columns: 100, rows: 24 })), [
      "table3  run 20260131-154502-k3f9                                        interrupted after 2 min 14 s",
      "▓▓▓▓▓██✗–––––––––––––––––  14/41 nodes  1 failed  4 computed  9 cached  27 skipped  saved 4 s",
      "",
      " corpus  ██████  1/1            train   █✗░░░░  6/20 0.90 s    measure █░░░░░  6/20 10 ms",
      "",
      " method            1 2 3 4 5",
      " agnostic          ○ ○ ○ ○ ●  5/5",
      " debiased vectors  ● ✗ – – –  1/5  ✗1",
      " gender feature    – – – – –  0/5",
      " aware-race        – – – – –  0/5",
      " 20 cells  ✗ failed 1  ● computed 2  ○ cached 4  – skipped 13",
      "",
      " ✗ train  debiased vectors seed 2  Diverged: the loss is not finite at epoch 3 of 400; lower",
      "     `train.learningRate`",
      "   in full: ablate why table3 'method=debiased vectors,seed=2'"
    ])
  })

  it("tells the same in ASCII, and in 36 columns", () => {
    const text = frameToText(progress, { columns: 36, rows: 13, unicode: false })
    assert.match(text, /^[\n -~]*$/)
    assert.deepStrictEqual(lines(text), [
      "table3  run~  0:07 | about 15 s left",
      "o#X-.....  14/41 nodes  1 failed",
      " method            1 2 3 4 5",
      " agnostic          o o o o #",
      " debiased vectors  # X 2 7 .",
      " gender feature    . . . . .",
      " aware-race        . . . . .",
      " 20 cells  X failed 1  0-9 running 2",
      " 3 train  debiased ve~ seed 3   0:05",
      " 8 train  debi~ seed 4  try 2   0:04",
      " X train  debi~ seed 2  Diverged: t~",
      " q stop  up/down move  ? help"
    ])
  })

  it("keeps rows apart where their labels do not fit", () => {
    const alike = scripted({
      methods: ["trained with words swapped, scheme A", "trained with words swapped, scheme B", "trained plainly"],
      seeds: 3
    })
    const started = Fold.steps(initial, [alike.started()])
    for (const columns of [20, 24, 30, 40]) {
      const rows = lines(frameToText(started, { columns, rows: 14 })).filter(
        (line) => line.includes("· · ·") || line.includes("···")
      )
      assert.strictEqual(new Set(rows).size, 3, rows.join("\n"))
    }
  })

  it("opens a cell: nodes, config, curves, metrics, log and the commands that show the same", () => {
    const told = Fold.steps(measured, [
      ...Array.from({ length: 64 }, (_, epoch) => run.report(t(7), 7000, epoch + 1, 400, 64 - epoch)),
      {
        _tag: "NodePrinted",
        node: run.nodes[t(7)]?.id ?? "",
        stage: "train",
        at: 7000,
        attempt: 1,
        text: "warm-up\nlr 0.1\n"
      }
    ])
    const page: View.Page = { _tag: "Cell", cell: 7, top: 0, hasWhy: false, hasCause: false }
    const detail: CellDetail = {
      config: { baseline: "agnostic", differences: [{ path: "train.lambda", ours: "0.1", baseline: undefined }] },
      bytes: new Map([["corpus#0", 123_456]])
    }
    const opened = { ...known, cells: new Map([[7, { _tag: "Told" as const, value: detail }]]) }
    assert.deepStrictEqual(
      lines(frameToText(told, { columns: 90, rows: 27, known: opened, view: { ...View.initial, page } })).slice(2),
      [
        " debiased vectors  seed 3                                                   ◌ running 15 %",
        "",
        "   stage    state          time     size  key",
        " ○ corpus   cached                123 kB  1111111111",
        " ◌ train    running        0:05                       epoch  64/400  loss 1.0000",
        " · measure  waiting",
        "",
        " config",
        "   train.lambda  0.1  agnostic: (none)",
        "",
        " curves",
        "                        ⠈⠉⠉⠉⠑⠒⠒⠒⠢⠤⠤⠤⢄⣀⣀⣀⡀",
        "   train loss    0.1235 ⡀               ⠈⠉⠉⠉⠑⠒⠒⠒⠢⠤⠤⠤⢄⣀⣀⣀⡀ 1.0000",
        "",
        " log",
        "   train: warm-up",
        "   train: lr 0.1",
        "",
        "",
        "",
        "",
        "",
        " ablate show 'method=debiased vectors,seed=3'",
        " q stop   Esc back   ↑↓ scroll   w why it ran   p pause   l log   ? help"
      ]
    )
    const finished = lines(
      frameToText(told, {
        columns: 90,
        rows: 20,
        known,
        view: { ...View.initial, page: { ...page, cell: 1, hasWhy: true } }
      })
    )
    assert.includeMembers(
      [...finished],
      [
        " agnostic  seed 2                                                                 ○ cached",
        " why it ran",
        "   accuracy      0.8100  n 420",
        "   flips      undefined"
      ]
    )
  })

  it("tells of a failed cell what failed first, its cause where it is asked for", () => {
    const failed = Fold.steps(initial, [
      run.started(),
      {
        _tag: "NodeFailed",
        node: run.nodes[t(6)]?.id ?? "",
        stage: "train",
        at: 2000,
        attempt: 1,
        willRetry: false,
        durationMs: 500,
        failure: {
          tag: "Defect",
          message: "x is undefined",
          place: "experiments/x.ts:3:68",
          detail: "at f (x.ts)\nat g"
        }
      }
    ])
    const page = { _tag: "Cell" as const, cell: 6, top: 0, hasWhy: false, hasCause: false }
    const at = (view: Partial<View.View>) =>
      lines(frameToText(failed, { columns: 60, rows: 24, known, view: { ...View.initial, page, ...view } }))
    assert.deepStrictEqual(at({}).slice(4, 8), [
      " ✗ train failed",
      "   Defect: x is undefined",
      "   at experiments/x.ts:3:68",
      "   c tells its cause"
    ])
    assert.include(at({}).at(-1) ?? "", "r run again")
    assert.deepStrictEqual(at({ page: { ...page, hasCause: true } }).slice(6, 9), [
      "   at experiments/x.ts:3:68",
      "     at f (x.ts)",
      "     at g"
    ])
  })

  it("follows the log of everything, and keeps its place when scrolled", () => {
    const printed = Fold.steps(
      measured,
      Array.from(
        { length: 3000 },
        (_, line): JournalEntry => ({
          _tag: "NodePrinted",
          node: run.nodes[t(4)]?.id ?? "",
          stage: "train",
          at: line,
          attempt: 1,
          text: `line ${line + 1}`
        })
      )
    )
    const at = (top: number | null) =>
      lines(frameToText(printed, { columns: 60, rows: 14, view: { ...View.initial, page: { _tag: "Log", top } } }))
    assert.strictEqual(at(null)[2], " log  lines 2992–3000 of 3000")
    assert.strictEqual(at(null)[11], " train agnost… seed 5  line 3000")
    // The oldest are dropped: the journal has them.
    assert.strictEqual(at(0)[2], " log  lines 1001–1009 of 3000")
  })

  it("gives the first lines to what matters when there are few", () => {
    const at = (rows: number) => lines(frameToText(progress, { columns: 80, rows })).map((line) => line.slice(0, 12))
    assert.deepStrictEqual(at(2), ["table3  run "])
    assert.deepStrictEqual(at(5), ["table3  run ", "▓▓▓▓█✗–░░░░░", " debiased ve", " 20 cells  ✗"])
    assert.deepStrictEqual(at(1), [""])
  })

  it("shows the active and failed variants first when not all fit", () => {
    const large = scripted({ methods: Array.from({ length: 1000 }, (_, index) => `m${index}`), seeds: 5 })
    const late = Fold.steps(initial, [
      large.started(),
      large.start(large.train(2500), 1),
      large.start(large.train(3000), 1),
      large.failed(large.train(3000), 2),
      ...[0, 1, 2, 3, 4].flatMap((cell) => [large.cached(large.train(cell), 3), large.cached(large.measure(cell), 3)]),
      large.cached(0, 3)
    ])
    const shown = lines(frameToText(late, { columns: 60, rows: 19 })).filter((line) => /^ m\d/.test(line))
    assert.deepStrictEqual(
      shown.map((line) => line.trim().split(/ +/)[0]),
      ["m1", "m2", "m500", "m600"]
    )
    const scrolled = { ...View.initial, top: 0 }
    assert.include(frameToText(late, { columns: 60, rows: 18, view: scrolled }), "variants 1–3 of 1000")
    const failed = { ...View.initial, failedOnly: true }
    const only = lines(frameToText(late, { columns: 60, rows: 18, view: failed })).filter((line) => /^ m\d/.test(line))
    assert.deepStrictEqual(only, [" m600    ✗ · · · ·  0/5  ✗1"])
    const search = { ...View.initial, query: "M99" }
    assert.include(frameToText(late, { columns: 60, rows: 32, view: search }), '11 of 1000 variants, matching "M99"')
  })

  it("lets figures give way to labels that tell rows apart", () => {
    const methods = ["agnostic-gender-feature", "agnostic-race-feature", "aware-gender", "aware-race"]
    const wide = scripted({ methods, seeds: 5 })
    const measured: ReadonlyArray<JournalEntry> = [
      wide.started(),
      { _tag: "CellEnded", cell: 0, at: 1, metrics: { accuracy: { value: 0.5 } } }
    ]
    for (let columns = 40; columns <= 120; columns++) {
      const text = frameToText(Fold.steps(initial, measured), { columns, rows: 24, known })
      const named = lines(text).flatMap((line) => /^ (a\S+|…\S+) /.exec(line)?.[1] ?? [])
      assert.strictEqual(new Set(named.slice(0, 4)).size, 4, text)
    }
  })

  it("lists the failures that fit, the latest last, and how many more there are", () => {
    const failing = Fold.steps(initial, [
      run.started(),
      ...[0, 1, 2, 3, 4, 5].map((cell) => run.failed(t(cell), cell, 1, false, `failure ${cell}`))
    ])
    const text = lines(frameToText(failing, { columns: 70, rows: 18 }))
    assert.deepStrictEqual(
      text.filter((line) => line.includes("Diverged")).map((line) => line.slice(-9)),
      ["failure 2", "failure 3", "failure 4", "failure 5"]
    )
    assert.include(text, "   and 2 more   in full: ablate logs 20260131-154502-k3f9 --failed")
  })

  it("does not draw an escape sequence that a stage has said", () => {
    const evil = scripted({ methods: ["a\u001b[2Jb", "c\nd"], seeds: 1 })
    const said = Fold.steps(initial, [
      evil.started(),
      evil.failed(evil.train(0), 1, 1, false, "x\u001b]0;t\u0007y\r\nz")
    ])
    const text = frameToText(said, { columns: 60, rows: 20 })
    assert.match(text, /^[\n\P{Cc}]*$/u)
    assert.include(text, " ab      ✗")
    assert.include(text, "Diverged: xy z")
  })

  it("is never taller than rows - 1 nor wider than the columns, and never loses its title", () => {
    const events: ReadonlyArray<JournalEntry> = [
      ...halfway,
      ...figures,
      { _tag: "Paused", at: 7000 },
      {
        _tag: "NodePrinted",
        node: run.nodes[t(4)]?.id ?? "",
        stage: "train",
        at: 1,
        attempt: 1,
        text: "日本語のラベル ".repeat(20)
      },
      { _tag: "Stopping", at: 7000, running: 2, atOnce: false },
      run.finished(9000, "failed", { failed: 1 }),
      { _tag: "Watching", at: 9000, text: "waiting for changes of experiments/table3.ts" }
    ]
    const wide = scripted({ methods: ["日本語のラベル", "🙂 emoji 🙂", "plain"], seeds: 40, jobs: 64 })
    const wideEvents = [wide.started(), ...wide.cells.map((_, cell) => wide.start(wide.train(cell), 5))]
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1 }),
        fc.integer({ min: 0, max: events.length }),
        fc.integer({ min: 1, max: 210 }),
        fc.integer({ min: 1, max: 60 }),
        fc.boolean(),
        fc.record({
          failedOnly: fc.boolean(),
          query: fc.constantFrom("", "de", "nothing"),
          isTyping: fc.boolean(),
          top: fc.constantFrom(null, 0, 2, 99),
          isHelp: fc.boolean(),
          asking: fc.constantFrom(null, { wasPaused: false }),
          cursor: fc.constantFrom(null, { variant: 0, seed: 0 }, { variant: 2, seed: 4 }, { variant: 99, seed: 99 }),
          metric: fc.constantFrom(null, 0, 1, 7),
          sort: fc.constantFrom<View.Sort>("grid", "best", "worst"),
          page: fc.constantFrom<View.Page>(
            View.grid,
            View.grid,
            { _tag: "Cell", cell: 6, top: 0, hasWhy: true, hasCause: true },
            { _tag: "Cell", cell: 4, top: 9, hasWhy: false, hasCause: false },
            { _tag: "Log", top: null },
            { _tag: "Log", top: 1 }
          )
        }),
        (story, told, columns, rows, unicode, view) => {
          const text = frameToText(Fold.steps(initial, (story === 0 ? events : wideEvents).slice(0, told)), {
            columns,
            rows,
            unicode,
            view,
            known: story === 0 ? known : { ...known, offers: { steers: false, looksUp: false, stays: true } }
          })
          const frame = text === "" ? [] : text.split("\n")
          assert.isAtMost(frame.length, rows - 1)
          for (const line of frame) assert.isAtMost(displayWidth(line), columns, line)
          if (rows > 1 && columns > 1) assert.isAbove(frame.length, 0)
        }
      ),
      { numRuns: 500 }
    )
  })

  it("keeps its height while nodes start and end, so that the screen does not jump", () => {
    const heights = new Set<number>()
    let current = Fold.step(initial, run.started())
    for (const cell of [0, 1, 2, 3, 4, 5, 6]) {
      for (const event of [
        run.start(t(cell), 1),
        run.report(t(cell), 1, 1, 2, 1),
        run.succeeded(t(cell), 2, 1),
        run.cached(m(cell), 2)
      ]) {
        current = Fold.step(current, event)
        heights.add(lines(frameToText(current, { columns: 80, rows: 24 })).length)
      }
    }
    assert.strictEqual(heights.size, 1)
  })
})
