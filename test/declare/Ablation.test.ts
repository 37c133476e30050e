import { assert, describe, it } from "@effect/vitest"
import * as Grid from "../../src/declare/Grids.ts"
import { refusal } from "./refusal.ts"

const base = { augment: true, dropout: 0.5, norm: "batch", rows: 100 } as const

describe("Grid.ablation", () => {
  it("is the whole, and the whole without each part", () => {
    const grid = Grid.ablation({ base, drop: { augment: false, dropout: 0 } })
    assert.deepStrictEqual<unknown>(grid.points, [
      { variant: "full", ...base },
      { variant: "without augment", ...base, augment: false },
      { variant: "without dropout", ...base, dropout: 0 }
    ])
    assert.deepStrictEqual(grid.axes, ["variant", "augment", "dropout", "norm", "rows"])
    assert.lengthOf(grid.cross({ seed: Grid.seeds(3) }).points, 9)
  })

  it("adds none, and each part alone", () => {
    const drop = { augment: false, dropout: 0, norm: "none" } as const
    const points = Grid.ablation({ base, drop, addOne: true }).points
    assert.deepStrictEqual(
      points.map(({ augment, dropout, norm, variant }) => [variant, augment, dropout, norm]),
      [
        ["full", true, 0.5, "batch"],
        ["without augment", false, 0.5, "batch"],
        ["without dropout", true, 0, "batch"],
        ["without norm", true, 0.5, "none"],
        ["none", false, 0, "none"],
        ["only augment", true, 0, "none"],
        ["only dropout", false, 0.5, "none"],
        ["only norm", false, 0, "batch"]
      ]
    )
  })

  it("has every variant once: without one of two parts is the other alone", () => {
    const names = (drop: { augment: false; dropout?: 0 }) =>
      Grid.ablation({ base, drop, addOne: true }).points.map(({ variant }) => variant)
    assert.deepStrictEqual(names({ augment: false, dropout: 0 }), [
      "full",
      "without augment",
      "without dropout",
      "none"
    ])
    assert.deepStrictEqual(names({ augment: false }), ["full", "without augment"])
  })

  it("refuses parts that are none", () => {
    assert.include(
      refusal(() => Grid.ablation({ base, drop: {} })).message,
      "grid: ablation: drop: name at least one part"
    )
    // @ts-expect-error an axis that the base does not have
    const astray = refusal(() => Grid.ablation({ base, drop: { width: 1 } })).message
    assert.include(astray, 'the base has no axis "width"; its axes are augment, dropout, norm, rows')
    const same = refusal(() => Grid.ablation({ base, drop: { dropout: 0.5 } })).message
    assert.include(same, '"dropout" is 0.5 in the base too; give the value that it has without')
    assert.include(refusal(() => Grid.ablation({ base: { variant: 1 }, drop: { variant: 2 } })).message, "is added")
  })
})
