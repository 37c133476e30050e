/** Trainings of odd shapes that two back ends must agree on. */
import { f32, i32, type Tensor } from "../../src/domain/Tensor.ts"
import { type Network, Objective, Rng, type Training } from "../../src/numerics/index.ts"

export const normal = (shape: ReadonlyArray<number>, purpose: string, scale = 1): Tensor => {
  const stream = Rng.stream(17, purpose)
  const size = shape.reduce((product, n) => product * n, 1)
  return f32(
    shape,
    Float32Array.from({ length: size }, () => scale * stream.normal())
  )
}

export const bits = (shape: ReadonlyArray<number>, purpose: string): Tensor => {
  const stream = Rng.stream(17, purpose)
  const size = shape.reduce((product, n) => product * n, 1)
  return f32(
    shape,
    Float32Array.from({ length: size }, () => stream.below(2))
  )
}

export const classes = (rows: number, count: number, purpose: string): Tensor => {
  const stream = Rng.stream(17, purpose)
  return i32(
    [rows],
    Int32Array.from({ length: rows }, () => stream.below(count))
  )
}

type Case = Omit<Training, "optimisers" | "seed" | "epochs">

const single = (
  network: Network,
  rows: number,
  objectives: ReadonlyArray<Objective.Objective>,
  targets: Record<string, Tensor>
): Case => ({
  network,
  objectives,
  data: { x: normal([rows, network.inputs], "x"), targets }
})

const sigmoids = (units: number) => ({ name: "y", units, activation: "sigmoid" }) as const

/** One training for every objective and option, and for every awkward size. */
export const cases: Readonly<Record<string, Case>> = {
  "squared error, 300-65-5, no biases": single(
    {
      inputs: 300,
      trunk: [{ units: 65, activation: "relu", bias: false }],
      heads: [{ ...sigmoids(5), bias: false }]
    },
    33,
    [Objective.squaredError({ name: "se", head: "y" })],
    { y: bits([33, 5], "y") }
  ),
  "mean squared error, linear 1-1": single(
    { inputs: 1, trunk: [], heads: [{ name: "y", units: 1, activation: "identity" }] },
    1,
    [Objective.squaredError({ name: "mse", head: "y", reduction: "mean" })],
    { y: normal([1], "y") }
  ),
  "squared error through softmax, tanh 7-3-7-3": single(
    {
      inputs: 7,
      trunk: [
        { units: 3, activation: "tanh" },
        { units: 7, activation: "identity" }
      ],
      heads: [{ name: "y", units: 3, activation: "softmax" }]
    },
    7,
    [Objective.squaredError({ name: "se", head: "y" })],
    { y: bits([7, 3], "y") }
  ),
  "binary cross-entropy, 512-65-12": single(
    { inputs: 512, trunk: [{ units: 65, activation: "relu" }], heads: [sigmoids(12)] },
    65,
    [Objective.binaryCrossEntropy({ name: "bce", head: "y" }), Objective.l2({ name: "l2", strength: 0.01 })],
    { y: bits([65, 12], "y") }
  ),
  "bounded negative cross-entropy beside a positive one": single(
    {
      inputs: 65,
      trunk: [{ units: 7, activation: "tanh" }],
      heads: [sigmoids(3), { name: "z", units: 1, activation: "sigmoid" }]
    },
    65,
    [
      Objective.binaryCrossEntropy({ name: "bce", head: "y", labels: "mean", rows: "sum", weight: 0.1 }),
      Objective.binaryCrossEntropy({ name: "bias", head: "z", weight: -0.5, limit: 0.8 }),
      Objective.l2({ name: "l2", strength: 0.02, parameters: "all" })
    ],
    { y: bits([65, 3], "y"), z: bits([65], "z") }
  ),
  "softmax cross-entropy of class indices, 65-300-7": single(
    {
      inputs: 65,
      trunk: [{ units: 300, activation: "relu" }],
      heads: [{ name: "y", units: 7, activation: "softmax" }]
    },
    300,
    [Objective.categoricalCrossEntropy({ name: "ce", head: "y" })],
    { y: classes(300, 7, "y") }
  ),
  "normalised cross-entropy": single(
    { inputs: 7, trunk: [{ units: 65, activation: "relu" }], heads: [sigmoids(3)] },
    65,
    [Objective.categoricalCrossEntropy({ name: "ce", head: "y", form: "normalised", rows: "sum" })],
    { y: bits([65, 3], "y") }
  ),
  "negative bias terms behind gates": {
    ...single(
      {
        inputs: 65,
        trunk: [{ units: 7, activation: "relu", bias: false }],
        heads: [
          { ...sigmoids(5), bias: false },
          { name: "fear", units: 1, activation: "sigmoid", bias: false },
          { name: "anger", units: 1, activation: "sigmoid" }
        ]
      },
      65,
      [
        Objective.squaredError({ name: "se", head: "y" }),
        Objective.squaredError({ name: "fear", head: "fear", weight: -0.7 }),
        Objective.squaredError({ name: "anger", head: "anger", weight: -0.3 })
      ],
      {}
    ),
    data: {
      x: normal([65, 65], "x"),
      targets: { y: bits([65, 5], "y"), fear: bits([65], "fear"), anger: bits([65, 1], "anger") },
      gates: { fear: bits([65], "gate-fear"), anger: normal([65], "gate-anger") }
    }
  },
  "gradient reversal": single(
    {
      inputs: 7,
      trunk: [{ units: 65, activation: "tanh" }],
      heads: [sigmoids(3), { name: "z", units: 1, activation: "sigmoid" }]
    },
    65,
    [
      Objective.binaryCrossEntropy({ name: "bce", head: "y" }),
      Objective.reversed(Objective.binaryCrossEntropy({ name: "adversary", head: "z" }), 0.5)
    ],
    { y: bits([65, 3], "y"), z: bits([65], "z") }
  ),
  parity: single(
    { inputs: 7, trunk: [{ units: 65, activation: "relu" }], heads: [sigmoids(3)] },
    65,
    [
      Objective.squaredError({ name: "se", head: "y", weight: 0.1 }),
      Objective.parity({ name: "parity", head: "y", unit: 1, groupA: "f", groupB: "m", weight: 3 })
    ],
    { y: bits([65, 3], "y"), f: bits([65], "f"), m: bits([65], "m") }
  ),
  ...Object.fromEntries(
    (["product", "straight-through", "sharpened", "conditional"] as const).map((surrogate): [string, Case] => [
      `expectation matching, ${surrogate}`,
      {
        ...single(
          { inputs: 65, trunk: [{ units: 7, activation: "relu" }], heads: [sigmoids(4)] },
          33,
          [
            Objective.binaryCrossEntropy({ name: "bce", head: "y" }),
            Objective.expectationMatching({
              name: "aux",
              head: "y",
              batch: "synthetic",
              attribute: 3,
              targets: [
                { unit: 0, value: 0.9 },
                { unit: 1, value: 0.05 },
                { unit: 2, value: 0.8, attributeValue: 0 }
              ],
              surrogate,
              beta: 3
            })
          ],
          { y: bits([33, 4], "y") }
        ),
        extra: { synthetic: { x: normal([65, 65], "synthetic") } }
      }
    ])
  ),
  "an objective of one's own": single(
    { inputs: 3, trunk: [{ units: 7, activation: "tanh" }], heads: [{ name: "y", units: 3, activation: "identity" }] },
    7,
    [
      Objective.make({
        name: "cubic",
        head: "y",
        evaluator: () => ({
          at: "output",
          over: "sum",
          evaluate: (batch, gradient) => {
            let sum = 0
            for (let i = 0; i < batch.rows * batch.width; i++) {
              const o = batch.outputs[i] ?? 0
              sum += Math.abs(o) ** 3 / 3
              gradient[i] = o * Math.abs(o)
            }
            return sum
          }
        })
      })
    ],
    {}
  )
}
