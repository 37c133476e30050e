import { assert, describe, it } from "@effect/vitest"
import { f32 } from "ablate"
import { checkGradient, Objective, Train } from "ablate/numerics"
import { Effect } from "effect"
import { groupRobustSquares, weightedSquares } from "../../../stages/train/RowObjectives.ts"

const batchOf = (
  outputs: ReadonlyArray<number>,
  targets: Readonly<Record<string, ReadonlyArray<number>>>,
  width: number
) => ({
  rows: outputs.length / width,
  width,
  outputs: Float64Array.from(outputs),
  logits: Float64Array.from(outputs),
  targets: Object.fromEntries(Object.entries(targets).map(([name, values]) => [name, Float64Array.from(values)]))
})

describe("weighted square loss", () => {
  const objective = weightedSquares({ name: "emotion", head: "y", weights: "w" })

  it("has the gradient of its loss", () => {
    const targets = { y: [1, 0, 0, 1, 0.5, 0.2], w: [0.3, 2, 0] }
    assert.isTrue(checkGradient({ objective, activation: "sigmoid", rows: 3, width: 2, targets }).correct)
  })

  it("under whole weights is the square loss of repeated rows", () => {
    const gradient = new Float64Array(4)
    const loss = objective
      .evaluator()
      .evaluate(batchOf([0.2, 0.9, 0.4, 0.1], { y: [1, 0, 0, 1], w: [3, 1] }, 2), gradient)
    const repeated = new Float64Array(8)
    const plain = Objective.squaredError({ name: "emotion", head: "y" })
      .evaluator()
      .evaluate(batchOf([0.2, 0.9, 0.2, 0.9, 0.2, 0.9, 0.4, 0.1], { y: [1, 0, 1, 0, 1, 0, 0, 1] }, 2), repeated)
    assert.closeTo(loss, plain, 1e-12)
    assert.closeTo(gradient[0] ?? 0, 3 * (repeated[0] ?? 0), 1e-12)
    assert.closeTo(gradient[3] ?? 0, repeated[7] ?? 0, 1e-12)
  })
})

describe("group DRO", () => {
  const robust = (step: number) =>
    groupRobustSquares({ name: "emotion", head: "y", group: "g", groups: 2, step, weight: 1 })

  it("has the gradient of its loss at given weights of the groups", () => {
    const targets = { y: [1, 0, 0, 1, 0.5, 0.2], g: [0, 1, 1] }
    const check = checkGradient({ objective: robust(0), activation: "sigmoid", rows: 3, width: 2, targets })
    assert.isTrue(check.correct)
  })

  it("multiplies the groups' weights by exp(step·loss)", () => {
    const evaluator = robust(2).evaluator()
    // Mean losses ½·(.2² + .6²)/2 = .1 and ½·1² = .5.
    const loss = evaluator.evaluate(batchOf([0.2, 0.6, 1], { y: [0, 0, 0], g: [0, 0, 1] }, 1), new Float64Array(3))
    const q = Math.exp(1) / (Math.exp(0.2) + Math.exp(1))
    assert.closeTo(evaluator.observation?.read() ?? 0, q, 1e-9)
    assert.closeTo(loss, (1 - q) * 0.1 + q * 0.5, 1e-9)
  })

  it.effect("finds the minimax where the mean is pulled to the larger group", () =>
    Effect.gen(function* () {
      // One free number for nine zeros and a one: the mean loss is lowest at .1, the worst group's at .5.
      const trained = (objective: Objective.Objective) =>
        Train.fit({
          network: { inputs: 1, trunk: [], heads: [{ name: "y", units: 1, activation: "identity", bias: false }] },
          objectives: [objective],
          optimisers: [{ method: { _tag: "Sgd", learningRate: 0.05 } }],
          data: {
            x: f32([10, 1], new Float32Array(10).fill(1)),
            targets: {
              y: f32([10, 1], Float32Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 1)),
              g: f32([10], Float32Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 1))
            }
          },
          epochs: 2000,
          seed: 0
        }).pipe(Effect.map(({ parameters }) => parameters["heads.y.weight"]?.data[0] ?? Number.NaN))
      assert.closeTo(yield* trained(Objective.squaredError({ name: "mean", head: "y" })), 0.1, 1e-3)
      assert.closeTo(yield* trained(robust(0.1)), 0.5, 0.01)
    })
  )
})
