import { assert, describe, it } from "@effect/vitest"
import type { RowGroup } from "../../../stages/planted/Groups.ts"
import { resample, reweigh } from "../../../stages/planted/reweigh.ts"

/** Kamiran & Calders' own ten applicants: of five men four are accepted, of five women two. */
const applicants: ReadonlyArray<RowGroup> = [
  ...Array.from({ length: 4 }, () => ({ side: "male", label: 1 })),
  { side: "male", label: 0 },
  ...Array.from({ length: 2 }, () => ({ side: "female", label: 1 })),
  ...Array.from({ length: 3 }, () => ({ side: "female", label: 0 }))
]

const of = (side: string, label: number) =>
  [...applicants.keys()].filter((row) => applicants[row]?.side === side && applicants[row]?.label === label)

describe("reweighing", () => {
  it("gives the published example's weights: 1.5 and .67 to women, .75 and 2 to men", () => {
    const weights = reweigh(applicants)
    for (const [side, label, weight] of [
      ["female", 1, 1.5],
      ["female", 0, 2 / 3],
      ["male", 1, 0.75],
      ["male", 0, 2]
    ] as const)
      for (const row of of(side, label)) assert.closeTo(weights[row] ?? 0, weight, 1e-6)
  })

  it("makes class and side independent, and keeps the number of rows", () => {
    const weights = reweigh(applicants)
    const mass = (rows: ReadonlyArray<number>) => rows.reduce((sum, row) => sum + (weights[row] ?? 0), 0)
    assert.closeTo(mass([...applicants.keys()]), 10, 1e-5)
    for (const side of ["male", "female"])
      assert.closeTo(mass(of(side, 1)) / (mass(of(side, 1)) + mass(of(side, 0))), 0.6, 1e-6)
  })

  it("weighs rows alike where nothing is planted", () => {
    const balanced = [0, 1].flatMap((label) => ["a", "b"].map((side) => ({ label, side })))
    assert.deepStrictEqual([...reweigh(balanced)], [1, 1, 1, 1])
  })
})

describe("resampling", () => {
  it("brings every group to the size of independence", () => {
    const rows = resample(applicants, 0)
    const size = (side: string, label: number) => rows.filter((row) => of(side, label).includes(row)).length
    assert.deepStrictEqual([size("female", 1), size("female", 0), size("male", 1), size("male", 0)], [3, 2, 3, 2])
    // The two accepted women both stay, and one of them twice; none of the men accepted stands twice.
    assert.strictEqual(new Set(rows.filter((row) => of("female", 1).includes(row))).size, 2)
    assert.strictEqual(new Set(rows.filter((row) => of("male", 1).includes(row))).size, 3)
    assert.deepStrictEqual([...rows], [...resample(applicants, 0)])
  })
})
