import { assert, describe, it } from "@effect/vitest"
import { ArtifactHash, RunId } from "../../src/domain/Hash.ts"
import type { RunRecord } from "../../src/domain/RunRecord.ts"
import {
  type CellNodes,
  compareRuns,
  comparisonToJson,
  comparisonToMarkdown,
  comparisonToText,
  type NodeSummary
} from "../../src/report/index.ts"
import { changed, small } from "./format/fixture.ts"

const run = (id: string, settings: Record<string, string> = {}, node = "24.0.0"): RunRecord => ({
  id: RunId.make(id),
  experiment: "small",
  file: "experiments/small.ts",
  settings,
  only: "",
  startedAt: 0,
  durationMs: 1,
  status: "succeeded",
  nodes: 3,
  executed: 3,
  cached: 0,
  failed: 0,
  skipped: 0,
  environment: { ablate: "0.1.0", node, platform: "linux", arch: "x64", cpu: "cpu", cores: 2 }
})

const hash = (digit: string) => ArtifactHash.make(digit.repeat(64))
const node = (
  stage: string,
  config: NodeSummary["record"]["config"],
  inputs: Record<string, ArtifactHash>,
  artifact: string,
  code = "1"
): NodeSummary => ({ record: { stage, code: `code:${code.repeat(64)}`, config, inputs }, artifact: hash(artifact) })

/** words(file) → train → metrics */
const nodes = (options: { file?: string; lambda?: number; code?: string; model?: string }): CellNodes => {
  const { code = "1", file = "a", lambda = 1, model = "c" } = options
  return {
    words: node("words", {}, { file: hash(file) }, "b"),
    train: node("train", { loss: { lambda }, m: 200 }, { words: hash("b") }, model, code),
    metrics: node("metrics", {}, { model: hash(model) }, "d")
  }
}

const before = { run: run("r1"), table: small, cells: { x: nodes({}), y: nodes({}) } }

describe("compareRuns", () => {
  it("the same run: identical, and nothing differs", () => {
    const same = compareRuns(before, before)
    assert.isTrue(same.identical)
    assert.deepStrictEqual(same.inputs, [])
    assert.strictEqual(same.intervals, 0)
    assert.isTrue(same.rows.every((row) => Object.values(row.cells).every((cell) => cell.identical)))
  })

  it("a changed config is told once, with the cells it touches; what follows from it is not", () => {
    const after = { ...before, cells: { x: nodes({ lambda: 2, model: "e" }), y: nodes({}), z: nodes({ lambda: 9 }) } }
    assert.deepStrictEqual(compareRuns(before, after).inputs, [
      { kind: "config", stage: "train", name: "loss.lambda", from: "1", to: "2", cells: 1 }
    ])
  })
  it("changed code, a changed file, settings and environment", () => {
    const after = {
      run: run("r2", { "train.lambda": "2" }, "22.0.0"),
      table: small,
      cells: { x: nodes({ file: "f", code: "2" }), y: nodes({ file: "f" }) }
    }
    assert.deepStrictEqual(
      compareRuns(before, after).inputs.map(({ cells, kind, name, stage }) => [kind, stage, name, cells]),
      [
        ["setting", "", "train.lambda", 0],
        ["input", "words", "file", 2],
        ["code", "train", "", 1],
        ["environment", "", "node", 0]
      ]
    )
  })
  it("one key with two artifacts is a stage that is not deterministic", () => {
    const after = { ...before, cells: { x: nodes({ model: "e" }) } }
    const [first] = compareRuns(before, after).inputs
    assert.deepStrictEqual([first?.kind, first?.stage], ["output", "train"])
  })
  it("a stage that only one run has", () => {
    const { metrics: _, ...rest } = nodes({})
    const [first] = compareRuns(before, { ...before, cells: { x: rest } }).inputs
    assert.deepStrictEqual([first?.kind, first?.stage, first?.to], ["stage", "metrics", "(absent)"])
  })

  const after = { run: run("r2"), table: changed, cells: {} }
  const comparison = compareRuns(before, after)
  const text = comparisonToText(comparison, { width: 80 }).split("\n")

  it("differences are b − a over shared seeds", () => {
    const cell = comparison.rows[0]?.cells.accuracy
    // .85 − .80, .873 − .82, .89 − .84
    assert.closeTo(cell?.difference?.mean ?? 0, 0.051, 1e-15)
    assert.strictEqual(cell?.difference?.n, 3)
    assert.strictEqual(cell?.difference?.p, 0.25)
    assert.isTrue(cell?.excludesZero)
    assert.isTrue(comparison.rows[1]?.cells.accuracy?.identical)
    assert.isFalse(comparison.identical)
  })
  it("rows in one run only are named, not compared", () => {
    assert.deepStrictEqual(comparison.onlyA.rows, ["method=plain,split=word"])
    assert.deepStrictEqual(comparison.onlyB.rows, [])
    assert.strictEqual(comparison.rows.length, 3)
  })
  it("prints the rows that differ, and says how many do not", () => {
    assert.deepStrictEqual(
      text.slice(0, -1).map((line) => line.replaceAll("\u00A0", " ")),
      [
        `a small · run r1 · 4 rows · content ${small.contentHash.slice(0, 12)}`,
        `b small · run r2 · 3 rows · content ${changed.contentHash.slice(0, 12)}`,
        "",
        "No input differs.",
        "",
        "b − a, paired over shared seeds, with its 95 % Student t interval:",
        "",
        "accuracy (2 of 3 rows identical)",
        "  method · split     a     b  b − a   [95 % CI]           p  seeds",
        "  plain · random  .820  .871  +.051*  [+.047, +.055]  .2500      3",
        "",
        "1 of 1 intervals exclude 0 (*); if nothing really differed, about 0.1 would.",
        "p: exact two-sided sign-flip test; with 3 shared seeds it cannot be below .2500.",
        "Only in a: 1 row: method=plain,split=word."
      ]
    )
  })
  it("markdown and json say the same", () => {
    const markdown = comparisonToMarkdown(comparison).split("\n")
    assert.include(markdown, "| plain | random | .820 | .871 | +.051\\* | \\[+.047, +.055\\] | .2500 | 3 |")
    assert.include(markdown, "2 of 3 rows are identical.")
    const parsed: { rows: ReadonlyArray<unknown>; a: { runId: string } } = JSON.parse(comparisonToJson(comparison))
    assert.strictEqual(parsed.rows.length, 3)
    assert.strictEqual(parsed.a.runId, "r1")
  })
  it("identical results are said to be so, in one sentence", () => {
    assert.include(comparisonToText(compareRuns(before, before), { width: 80 }), "The results are identical")
  })
  it("never is wider than it was told", () => {
    for (const width of [20, 33, 60, 100])
      for (const line of comparisonToText(comparison, { width }).split("\n")) assert.isAtMost(line.length, width, line)
  })
})
