import { assert, describe, it } from "@effect/vitest"
import { choiTable1 } from "../../../experiments/reference/choi.ts"
import { COCO_LABELS } from "../../../stages/coco/CocoSet.ts"

/** Whether k of n images, for some k and some n in a range, print as a percentage with two decimals. */
const prints = (percent: number, from: number, to: number, round: (hundredths: number) => number): boolean => {
  for (let n = from; n <= to; n++)
    for (let k = 0; k <= n; k++) if (round((10_000 * k) / n) === Math.round(percent * 100)) return true
  return false
}

describe("the paper's Table 1", () => {
  const figures = new Map(choiTable1.map(({ figures: { man_percent }, labels }) => [labels.label, man_percent]))

  it("has every label, and the checks that its figures pass", () => {
    assert.deepStrictEqual([...figures.keys()].slice(0, 11), [...COCO_LABELS])
    const values = COCO_LABELS.map((label) => figures.get(label)?.value ?? Number.NaN)
    assert.closeTo(values.reduce((a, b) => a + b, 0) / 11, 64.39727272727272, 1e-12)
    assert.deepStrictEqual([Math.min(...values), Math.max(...values)], [42.43, 88.74])
    assert.strictEqual(figures.get("overall")?.value, 68.7)
  })

  it("has a mark on the one figure that no share of its number of images rounds to", () => {
    const marked = [...figures].flatMap(([label, figure]) => (figure?.mark === undefined ? [] : [label]))
    assert.deepStrictEqual(marked, ["teddy bear"])
    assert.isFalse(prints(42.43, 220, 290, Math.round))
    assert.isTrue(prints(42.43, 238, 238, Math.floor) && prints(42.43, 271, 271, Math.floor))
    for (const [label, figure] of figures)
      if (label !== "teddy bear") assert.isTrue(prints(figure?.value ?? Number.NaN, 300, 900, Math.round), label)
  })
})
