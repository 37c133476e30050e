import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { symmetricEigen } from "../../../stages/words/eigen.ts"

const close = (a: number, b: number, scale = 1) => assert.isBelow(Math.abs(a - b), 1e-12 * scale)

describe("symmetric eigenvectors", () => {
  it("are those of a matrix solved by hand", () => {
    // [[2,1,0],[1,2,0],[0,0,5]]: eigenvalues 5, 3, 1 with e3, (e1+e2)/√2, (e1−e2)/√2.
    const { values, vectors } = symmetricEigen(Float64Array.from([2, 1, 0, 1, 2, 0, 0, 0, 5]), 3)
    const expected = [5, 3, 1]
    values.forEach((value, k) => {
      close(value, expected[k] ?? Number.NaN)
    })
    close(Math.abs(vectors[2] ?? 0), 1)
    close(Math.abs(vectors[3] ?? 0), Math.SQRT1_2)
    close((vectors[3] ?? 0) * (vectors[4] ?? 0), 0.5)
    close((vectors[6] ?? 0) * (vectors[7] ?? 0), -0.5)
  })

  const Entry = Schema.Int.check(Schema.isBetween({ minimum: -20, maximum: 20 }))
  it.prop(
    "satisfy A v = λ v, are orthonormal, and stand in descending order",
    { entries: Schema.Array(Entry).check(Schema.isMinLength(36), Schema.isMaxLength(36)) },
    ({ entries }) => {
      const n = 6
      const matrix = new Float64Array(n * n)
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) matrix[i * n + j] = (entries[i * n + j] ?? 0) + (entries[j * n + i] ?? 0)
      }
      const { values, vectors } = symmetricEigen(matrix, n)
      for (let k = 0; k < n; k++) {
        if (k > 0) assert.isAtMost(values[k] ?? 0, values[k - 1] ?? 0)
        for (let i = 0; i < n; i++) {
          let product = 0
          for (let j = 0; j < n; j++) product += (matrix[i * n + j] ?? 0) * (vectors[k * n + j] ?? 0)
          close(product, (values[k] ?? 0) * (vectors[k * n + i] ?? 0), 300)
        }
        for (let l = 0; l < n; l++) {
          let inner = 0
          for (let i = 0; i < n; i++) inner += (vectors[k * n + i] ?? 0) * (vectors[l * n + i] ?? 0)
          close(inner, k === l ? 1 : 0, 10)
        }
      }
    }
  )

  it("of nothing are nothing", () => {
    assert.strictEqual(symmetricEigen(new Float64Array(0), 0).values.length, 0)
  })
})
