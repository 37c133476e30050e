import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import { triangularise } from "../../../src/numerics/langevin/Triangularise.ts"
import { Rng } from "../../../src/numerics/Rng.ts"

describe("triangularise", () => {
  it("factors any matrix into a lower trapezoid and a rotation", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.boolean(),
        (rows, columns, isDegenerate) => {
          const stream = Rng.stream(rows, `${columns}`)
          const matrix = Float64Array.from({ length: rows * columns }, () => stream.normal())
          // A row of zeros and one that is there twice.
          if (isDegenerate) {
            matrix.fill(0, 0, columns)
            matrix.copyWithin((rows - 1) * columns, columns, 2 * columns)
          }
          const { lower, rank, rotation } = triangularise(matrix, rows, columns)
          for (let r = 0; r < rows; r++)
            for (let c = 0; c < columns; c++) {
              if (c > r || c >= rank) assert.strictEqual(lower[r * columns + c], 0)
              let sum = 0
              for (let k = 0; k < columns; k++) sum += (lower[r * columns + k] ?? 0) * (rotation[c * columns + k] ?? 0)
              assert.closeTo(sum, matrix[r * columns + c] ?? 0, 1e-12)
            }
          for (let a = 0; a < columns; a++)
            for (let b = 0; b < columns; b++) {
              let sum = 0
              for (let k = 0; k < columns; k++)
                sum += (rotation[a * columns + k] ?? 0) * (rotation[b * columns + k] ?? 0)
              assert.closeTo(sum, a === b ? 1 : 0, 1e-12)
            }
        }
      )
    )
  })

  it("needs as many columns as the rows have dimensions, roundings of float32 left aside", () => {
    const [rows, columns, dimensions] = [20, 15, 4]
    const stream = Rng.stream(1, "rank")
    const span = Float64Array.from({ length: dimensions * columns }, () => stream.normal())
    const matrix = Float32Array.from({ length: rows * columns })
    for (let r = 0; r < rows; r++) {
      // Rows 0 and 1 are parallel, and row 2 is zero.
      const weights = Array.from({ length: dimensions }, () => stream.normal())
      for (let k = 0; k < columns; k++)
        matrix[r * columns + k] =
          r === 2
            ? 0
            : r === 1
              ? 2 * (matrix[k] ?? 0)
              : weights.reduce((sum, weight, i) => sum + weight * (span[i * columns + k] ?? 0), 0)
    }
    const { lower, rank, rotation } = triangularise(matrix, rows, columns)
    assert.strictEqual(rank, dimensions)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) {
        let sum = 0
        for (let k = 0; k < rank; k++) sum += (lower[r * columns + k] ?? 0) * (rotation[c * columns + k] ?? 0)
        assert.closeTo(sum, matrix[r * columns + c] ?? 0, 1e-5)
      }
  })
})
