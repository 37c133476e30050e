import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { RunEvent } from "../../src/domain/RunEvent.ts"
import * as Fold from "../../src/observe/Fold.ts"
import { initial } from "../../src/observe/Progress.ts"
import { displayWidth } from "../../src/ui/DisplayWidth.ts"
import { frameToText } from "../../src/ui/Frame.ts"
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

const lines = (text: string): ReadonlyArray<string> => text.split("\n")

describe("Frame", () => {
  it("shows a run at 80 × 24", () => {
    assert.deepStrictEqual(lines(frameToText(progress, { columns: 80, rows: 24 })), [
      "table3  run 20260131-154502-k3f9                          0:07 · about 15 s left",
      "▓▓▓▓█✗–░░░░░░░░░░░░░  15/41 nodes  1 failed  2 running  4 computed  9 cached",
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
      "   in full: ablate why table3 train#7",
      "",
      " q stop   f failed only   ↑↓ scroll   / search   ? help"
    ])
  })

  it("leaves a summary when the run is over", () => {
    assert.deepStrictEqual(lines(frameToText(interrupted, { columns: 100, rows: 24 })), [
      "table3  run 20260131-154502-k3f9                                        interrupted after 2 min 14 s",
      "▓▓▓▓▓██✗–––––––––––––––––  41/41 nodes  1 failed  4 computed  9 cached  27 skipped",
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
      "   in full: ablate why table3 train#7"
    ])
  })

  it("tells the same in ASCII, and in 36 columns", () => {
    const text = frameToText(progress, { columns: 36, rows: 13, unicode: false })
    assert.match(text, /^[\n -~]*$/)
    assert.deepStrictEqual(lines(text), [
      "table3  run~  0:07 | about 15 s left",
      "o#X-.....  15/41 nodes  1 failed",
      " method            1 2 3 4 5",
      " agnostic          o o o o #",
      " debiased vectors  # X 2 7 .",
      " gender feature    . . . . .",
      " aware-race        . . . . .",
      " 20 cells  X failed 1  0-9 running 2",
      " 3 train  debiased ve~ seed 3   0:05",
      " 8 train  debi~ seed 4  try 2   0:04",
      " X train  debi~ seed 2  Diverged: t~",
      " q stop   f failed only"
    ])
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
    assert.include(frameToText(late, { columns: 60, rows: 30, view: search }), '11 of 1000 variants, matching "M99"')
  })

  it("lists the failures that fit, the latest last, and how many more there are", () => {
    const failing = Fold.steps(initial, [
      run.started(),
      ...[0, 1, 2, 3, 4, 5].map((cell) => run.failed(t(cell), cell, 1, false, `failure ${cell}`))
    ])
    const text = lines(frameToText(failing, { columns: 70, rows: 18 }))
    assert.deepStrictEqual(
      text.filter((line) => line.includes("Diverged")).map((line) => line.slice(-9)),
      ["failure 3", "failure 4", "failure 5"]
    )
    assert.include(text, "   and 3 more; in full: ablate why table3 train#6")
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
    const events = [...halfway, run.finished(9000, "failed", { failed: 1 })]
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
          stops: fc.integer({ min: 0, max: 2 })
        }),
        (story, told, columns, rows, unicode, view) => {
          const text = frameToText(Fold.steps(initial, (story === 0 ? events : wideEvents).slice(0, told)), {
            columns,
            rows,
            unicode,
            view
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
