import { assert, describe, it } from "@effect/vitest"
import { failureNotes } from "../../src/report/FailureNotes.ts"
import type { CellOutcome } from "../../src/report/index.ts"

const missing = (row: string, seed: number | null, failure: string, unreached = false): CellOutcome => ({
  labels: { method: row },
  seed,
  metrics: null,
  failure,
  ...(unreached ? { unreached } : {}),
  outputs: ""
})
const there = (row: string, seed: number): CellOutcome => ({ labels: { method: row }, seed, metrics: {}, outputs: "x" })
const seeds = (count: number, make: (seed: number) => CellOutcome) => Array.from({ length: count }, (_, at) => make(at))

describe("cells without figures", () => {
  it("equal failures are one line with a count and the ranges of their seeds, called as the experiment calls them", () => {
    const cells = [...seeds(7, (seed) => missing("a", seed, "no memory")), missing("a", 9, "no memory"), there("a", 10)]
    assert.deepStrictEqual(failureNotes(cells, ["method"], "draw"), [
      "Failed: 8 of 9 cells: no memory (method=a: draw 0–6, 9)"
    ])
  })
  it("of interrupted cells the count comes first, then a line a row", () => {
    const cells = [
      there("a", 0),
      ...seeds(100, (seed) => missing("b", seed, "run r was interrupted", true)),
      ...seeds(41, (seed) => missing("c", seed, "run r was interrupted", true))
    ]
    assert.deepStrictEqual(failureNotes(cells, ["method"], "seed"), [
      "Not computed: 141 of 142 cells (run r was interrupted):",
      "· method=b: seed 0–99",
      "· method=c: seed 0–40"
    ])
  })
  it("what failed and what was not reached are told apart, though their reason reads alike", () => {
    const cells = [there("a", 0), missing("b", 0, "x"), missing("c", 0, "x", true)]
    assert.deepStrictEqual(failureNotes(cells, ["method"], "seed"), [
      "Failed: 1 of 3 cells: x (method=b: seed 0)",
      "Not computed: 1 of 3 cells (x) (method=c: seed 0)"
    ])
  })
  it("of thousands of rows twenty are named, and the others counted; of all cells none is", () => {
    const cells = [there("a", 0), ...Array.from({ length: 5000 }, (_, at) => missing(`r${at}`, null, "no memory"))]
    const notes = failureNotes(cells, ["method"], "seed")
    assert.strictEqual(notes.length, 22)
    assert.strictEqual(notes.at(-1), "· and 4980 more rows (4980 cells)")
    assert.deepStrictEqual(failureNotes(cells.slice(1), ["method"], "seed"), ["Failed: 5000 of 5000 cells: no memory"])
  })
})
