/** Which outputs are taken for curves. */
import { assert, describe, it } from "vitest"
import { curvesIn } from "../../../src/session/page/PageCurves.ts"

describe("curves in an output", () => {
  it("are its lists of as many numbers as it has epochs, by themselves or by name", () => {
    const found = curvesIn({
      epochs: 3,
      loss: [3, 2, 1],
      terms: { fit: [1, 1, 1], other: [1, 2] },
      names: ["a", "b", "c"],
      width: 50
    })
    assert.deepStrictEqual(found, [
      { name: "loss", epochs: [1, 2, 3], values: [3, 2, 1] },
      { name: "terms: fit", epochs: [1, 2, 3], values: [1, 1, 1] }
    ])
  })

  it("keep their ends where they are thinned", () => {
    const values = Array.from({ length: 1001 }, (_, at) => at)
    const [curve] = curvesIn({ epochs: 1001, loss: values })
    assert.lengthOf(curve?.values ?? [], 120)
    assert.deepStrictEqual([curve?.epochs[0], curve?.values[0]], [1, 0])
    assert.deepStrictEqual([curve?.epochs.at(-1), curve?.values.at(-1)], [1001, 1000])
  })

  it("are none where nothing says how many epochs there were, or where there was one", () => {
    for (const value of [null, 3, [1, 2], { loss: [1, 2] }, { epochs: 1, loss: [1] }, { epochs: "2", loss: [1, 2] }])
      assert.deepStrictEqual(curvesIn(value), [])
  })
})
