import { assert, describe, it } from "@effect/vitest"
import type { Estimate, TradeoffPoint } from "../../../stages/figures/Tradeoff.ts"
import { type TradeoffFigure, tradeoffFigure } from "../../../stages/figures/TradeoffFigure.ts"

const about = (mean: number): Estimate => ({ mean, interval: [mean - 0.01, mean + 0.01], n: 5 })
const none: Estimate = { mean: null, interval: null, n: 0 }
const points: ReadonlyArray<TradeoffPoint> = [
  { name: "baseline", x: about(0.16), y: about(0.85) },
  { name: "λ = 1", x: about(0.08), y: about(0.84) },
  { name: "λ = 10", x: about(-0.02), y: about(0.8) },
  { name: "worse", x: about(0.1), y: about(0.79) },
  { name: "undefined", x: none, y: about(0.8) }
]
const figure: TradeoffFigure = {
  title: "Accuracy against amplification",
  subtitle: ["Stand-in data"],
  x: { title: "Mean amplification", better: "lower", unit: "percent" },
  y: { title: "Label accuracy", better: "higher", unit: "percent" }
}
const drawing = tradeoffFigure(points, figure) ?? assert.fail("no room")
const said = drawing.layers.flatMap((layer) => (layer.mark === "text" ? layer.items.map(({ text }) => text) : []))

describe("tradeoffFigure", () => {
  it("names every variant that has both figures once, and the others below", () => {
    for (const name of ["baseline", "λ = 1", "λ = 10", "worse"])
      assert.strictEqual(said.filter((text) => text === name).length, 1)
    assert.include(said, "Not drawn, a figure is undefined in every seed: undefined.")
  })

  it("fills those that no other beats, and joins them by a front", () => {
    const { box } = drawing.frame
    const fills = drawing.layers.flatMap((layer) =>
      layer.mark === "glyph" ? layer.items.flatMap(({ fill, y }) => (y < box.bottom ? fill : [])) : []
    )
    assert.deepStrictEqual(fills, ["#000", "#000", "#000", "#fff"])
    assert.include(said, "Pareto front of the means")
  })

  it("says what its bars are and which way is better", () => {
    assert.includeMembers(said, [
      "Means of 5 seeds; bars: 95 % t interval of the mean.",
      "Mean amplification (lower is better)",
      "Label accuracy (higher is better)"
    ])
    assert.include(drawing.description, "worse: Mean amplification 10.0% (9.0% to 11.0%) over 5 seeds")
    assert.include(drawing.description, "Beaten by no other: baseline, λ = 1, λ = 10.")
  })

  it("draws a single variant of one seed", () => {
    const single = { mean: 0.5, interval: null, n: 1 }
    const one = tradeoffFigure([{ name: "only", x: single, y: single }], figure)
    const texts = one?.layers.flatMap((layer) => (layer.mark === "text" ? layer.items.map(({ text }) => text) : []))
    assert.includeMembers(texts ?? [], ["only", "One seed each."])
    assert.notInclude(texts ?? [], "Pareto front of the means")
  })
})
