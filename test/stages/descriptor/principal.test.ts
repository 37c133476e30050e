import { assert, describe, it } from "@effect/vitest"
import { f32 } from "ablate"
import { Rng } from "ablate/numerics"
import { Effect } from "effect"
import { energyStart } from "../../../stages/descriptor/energy.ts"
import { principalComponents } from "../../../stages/descriptor/principal.ts"

/** Noise of variance .01 in 20 dimensions, and variances 9 and 4 along two known directions, centred. */
const d = 20
const count = 4000
const stream = Rng.stream(1, "rows")
const unit = (seed: string) => {
  const own = Rng.stream(1, seed)
  const v = Array.from({ length: d }, () => own.normal())
  const length = Math.hypot(...v)
  return v.map((value) => value / length)
}
const [first, other] = [unit("first"), unit("other")]
const across = other.reduce((sum, value, k) => sum + value * (first[k] ?? 0), 0)
const second = other.map((value, k) => (value - across * (first[k] ?? 0)) / Math.sqrt(1 - across ** 2))
const data = new Float32Array(count * d)
for (let r = 0; r < count; r++) {
  const [a, b] = [3 * stream.normal(), 2 * stream.normal()]
  for (let k = 0; k < d; k++) data[r * d + k] = a * (first[k] ?? 0) + b * (second[k] ?? 0) + 0.1 * stream.normal()
}
const x = f32([count, d], data)

const dotOf = (v: ArrayLike<number>, at: number, u: ReadonlyArray<number>) =>
  u.reduce((sum, value, k) => sum + value * (v[at + k] ?? 0), 0)

describe("principalComponents", () => {
  it.effect("span the directions of most variance, orthonormally", () =>
    Effect.gen(function* () {
      const { deviation, directions } = yield* principalComponents(x, 2, 1)
      assert.lengthOf(directions, 2 * d)
      for (const u of [first, second])
        assert.closeTo(Math.hypot(dotOf(directions, 0, u), dotOf(directions, d, u)), 1, 1e-3)
      const rowsOf = [0, 1].map((i) => Array.from(directions.subarray(i * d, (i + 1) * d)))
      for (const [i, u] of rowsOf.entries())
        for (const [j] of rowsOf.entries()) assert.closeTo(dotOf(directions, j * d, u), i === j ? 1 : 0, 1e-9)
      assert.closeTo(deviation, Math.sqrt((9 + 4) / 2), 0.1)
    })
  )

  it.effect("gives no more than there are dimensions", () =>
    Effect.gen(function* () {
      const all = yield* principalComponents(x, 50, 1)
      assert.lengthOf(all.directions, d * d)
    })
  )

  it.effect("filters over them lie in their span, and respond to the rows with offsets of the same size", () =>
    Effect.gen(function* () {
      const energy = { kind: "linear", filters: 300, components: 2, tolerance: null } as const
      const start = yield* energyStart(x, energy, 4)
      const weight = start["trunk.0.weight"]?.data ?? []
      let squares = 0
      for (let a = 0; a < 300; a++) {
        const row = Array.from({ length: d }, (_, k) => weight[a * d + k] ?? 0)
        const inside = dotOf(row, 0, first) ** 2 + dotOf(row, 0, second) ** 2
        const length = row.reduce((sum, value) => sum + value * value, 0)
        assert.closeTo(inside / length, 1, 1e-3)
        squares += length / 300
      }
      assert.closeTo(squares, 1, 0.2)
      const offsets = Array.from(start["trunk.0.bias"]?.data ?? [])
      const most = Math.max(...offsets.map(Math.abs))
      assert.isAbove(most, 2.4)
      assert.isBelow(most, 2.56)
      assert.deepStrictEqual(yield* energyStart(x, energy, 4), start)
    })
  )
})
