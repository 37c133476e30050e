import { assert, describe, it } from "vitest"
import type { Choice } from "../../src/domain/Choice.ts"
import { choiceNotes } from "../../src/report/Choices.ts"

/** A choice among `width=8`, `width=32`, … with these validation figures. */
const choiceOf = (figures: Readonly<Record<string, number | null>>): Choice => {
  const candidates = Object.entries(figures).map(([label, value]) => ({
    label,
    value,
    of: 1,
    ...(value === null ? { note: "one class" } : {})
  }))
  const ranked = candidates
    .flatMap(({ label, value }) => (value === null ? [] : [{ label, value }]))
    .toSorted((left, right) => right.value - left.value)
  const [first = { label: "", value: 0 }, second = null] = ranked
  return {
    metric: "score",
    better: "higher",
    chosen: first.label,
    index: candidates.findIndex(({ label }) => label === first.label),
    value: first.value,
    runnerUp: second,
    best: ranked.filter(({ value }) => value === first.value).map(({ label }) => label),
    candidates
  }
}
const notes = (choices: ReadonlyArray<Choice>, seeds = true) =>
  choiceNotes(
    choices.map((choice, at) => ({ labels: { method: "a" }, seed: seeds ? at : null, choice })),
    ["method"],
    "seed"
  )

describe("the notes of choices", () => {
  it("say how often each candidate was chosen, in which seeds", () => {
    const wide = choiceOf({ "width=8": 0.5, "width=32": 0.75 })
    assert.deepStrictEqual(notes([wide, choiceOf({ "width=8": 0.75, "width=32": 0.5 }), wide]), [
      "Chosen on the validation part by score (higher is better), method=a: width=32 in 2 of 3 (seed 0, 2), width=8 in 1 of 3 (seed 1); validation figure .7500 on average, no result where it is the best of several."
    ])
  })

  it("tell the next one where there is one cell", () => {
    assert.include(
      notes([choiceOf({ "width=8": 0.5, "width=32": 0.75 })], false)[0],
      "method=a: width=32; validation figure .7500, next width=8 with .5000"
    )
  })

  it("say where nothing was decided, and what was undefined", () => {
    const tied = choiceOf({ a: 1, b: 1, c: 0.5 })
    const level = choiceOf({ a: 1, b: 1, c: 1 })
    const lacking = choiceOf({ a: 1, b: null })
    const alone = choiceOf({ a: 1 })
    const [note] = notes([tied, level, lacking, alone])
    assert.include(note, "a in 4 of 4;")
    assert.include(note, "There was nothing to choose among, only one candidate (seed 3).")
    assert.include(note, "All candidates had the same figure, which decides nothing: the first was taken (seed 1).")
    assert.include(note, "Of equal figures the first was taken (seed 0).")
    assert.include(note, "Undefined and not chosen: b: one class (seed 2).")
  })

  it("are one a row", () => {
    const choice = choiceOf({ a: 1, b: 0.5 })
    const cells = ["x", "y"].map((method) => ({ labels: { method }, seed: 0, choice }))
    assert.lengthOf(choiceNotes(cells, ["method"], "seed"), 2)
    assert.lengthOf(choiceNotes(cells.slice(1), [], "seed"), 1)
    assert.deepStrictEqual(choiceNotes([], ["method"], "seed"), [])
  })
})
