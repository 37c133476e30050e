/** The stages of figure 4's problem: its points, a model, its figures, and the picture of its boundary. */
import { Artifact, F32, f32, I32, i32, Stage } from "ablate"
import { LogisticRegression, numericsId, Objective, Train } from "ablate/numerics"
import { Effect, Schema } from "effect"
import { share } from "../metrics/Accuracy.ts"
import { BiasObjective } from "../train/TrainConfig.ts"
import { boundaryPicture, RANGE, STEPS } from "./boundaryPicture.ts"
import { bayesScore, Mixture, sampled } from "./mixture.ts"

const Part = { x: F32("points", 2), y: I32("points"), inA: I32("points") }
/** Training or test points. */
export const MixturePoints = Artifact.tensors(Part, Schema.Struct({ mixture: Mixture }))

export const mixturePoints = Stage.make("synthetic/points", {
  config: Schema.Struct({ mixture: Mixture, part: Schema.Literals(["train", "test"]), seed: Schema.Int }),
  output: MixturePoints,
  run: (_, { mixture, part, seed }) =>
    Effect.sync(() => {
      const { inA, x, y } = sampled(mixture, part, seed)
      return {
        tensors: { x: f32([y.length, 2], x), y: i32([y.length], y), inA: i32([y.length], inA) },
        meta: { mixture }
      }
    })
})

/** L2-regularised logistic regression, or equation 6 without (null) or with the bias task (green, A). */
export const BoundaryModel = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("logistic"), C: Schema.Finite.check(Schema.isGreaterThan(0)) }),
  Schema.Struct({
    kind: Schema.Literal("network"),
    objective: Schema.NullOr(BiasObjective),
    lambda: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)),
    width: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 4096 })),
    epochs: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })),
    learningRate: Schema.Finite.check(Schema.isGreaterThan(0))
  })
])
export type BoundaryModel = typeof BoundaryModel.Type

/** How much more green than red: at the test points, and on the grid of the picture, row by row from the lower left. */
export const Boundary = Artifact.tensors(
  { test: F32("points"), grid: F32("cells") },
  Schema.Struct({ mixture: Mixture, numerics: Schema.String })
)

const gridPoints = () => {
  const [low, high] = RANGE
  const side = STEPS + 1
  const at = (index: number) => low + ((high - low) * index) / STEPS
  return f32(
    [side * side, 2],
    Float32Array.from({ length: 2 * side * side }, (_, i) =>
      at(i % 2 === 0 ? (i >> 1) % side : Math.floor((i >> 1) / side))
    )
  )
}

const column = (values: ArrayLike<number>, of: (value: number, at: number) => number) =>
  f32([values.length], Float32Array.from(values, of))

/** Trains on the training points, and says what it makes of the test points and of the plane. */
export const boundaryOf = Stage.make("synthetic/boundary", {
  config: Schema.Struct({ model: BoundaryModel, seed: Schema.Int }),
  inputs: { train: MixturePoints, test: MixturePoints },
  output: Boundary,
  numerics: () => numericsId("engine"),
  run: ({ test, train }, { model, seed }) =>
    Effect.gen(function* () {
      const { mixture } = train.meta
      const { inA, x, y } = train.tensors
      const plane = gridPoints()
      if (model.kind === "logistic") {
        const fitted = yield* LogisticRegression.fit({ x, y, classes: 2, C: model.C })
        const green = (points: typeof x) => {
          const { data } = LogisticRegression.probabilities(fitted, points)
          return f32(
            [points.shape[0]],
            Float32Array.from({ length: points.shape[0] }, (_, at) => (data[2 * at + 1] ?? 0) - (data[2 * at] ?? 0))
          )
        }
        return { tensors: { test: green(test.tensors.x), grid: green(plane) }, meta: { mixture, numerics: "float64" } }
      }
      const { epochs, lambda, learningRate, objective, width } = model
      const isHeaded = objective === "negative" || objective === "gradient-reversal"
      const heads = [
        { name: "y", units: 2, activation: "sigmoid", bias: false } as const,
        ...(isHeaded ? [{ name: "z", units: 1, activation: "sigmoid", bias: false } as const] : [])
      ]
      const network = { inputs: 2, trunk: [{ units: width, activation: "relu", bias: false } as const], heads }
      const task = Objective.squaredError({ name: "bias", head: "z" })
      const terms = {
        negative: () => ({ ...task, weight: -lambda }),
        "gradient-reversal": () => Objective.reversed({ ...task, weight: lambda }),
        parity: () =>
          Objective.parity({
            name: "bias",
            head: "y",
            unit: 1,
            groupA: "in",
            groupB: "out",
            weight: lambda * y.data.length
          })
      }
      const fitted = yield* Train.fit({
        network,
        objectives: [
          Objective.squaredError({ name: "colour", head: "y" }),
          ...(objective === null ? [] : [terms[objective]()])
        ],
        optimisers: [{ method: { _tag: "Adam", learningRate } }],
        data: {
          x,
          targets: {
            y: f32(
              [y.data.length, 2],
              Float32Array.from({ length: 2 * y.data.length }, (_, i) => Number((y.data[i >> 1] ?? 0) === i % 2))
            ),
            z: column(y.data, (label, at) => label * (inA.data[at] ?? 0)),
            in: column(y.data, (label, at) => label * (inA.data[at] ?? 0)),
            out: column(y.data, (label, at) => label * (1 - (inA.data[at] ?? 0)))
          },
          ...(isHeaded ? { gates: { z: column(y.data, (label) => label) } } : {})
        },
        batch: "full",
        epochs,
        seed
      })
      const green = Effect.fnUntraced(function* (points: typeof x) {
        const weights = Object.entries(fitted.parameters).filter(([name]) => name !== "heads.z.weight")
        const said = yield* Train.predict({
          network: { ...network, heads: [{ name: "y", units: 2, activation: "sigmoid", bias: false }] },
          parameters: Object.fromEntries(weights),
          x: points
        })
        const outputs = said.y.outputs.data
        return f32(
          [points.shape[0]],
          Float32Array.from({ length: points.shape[0] }, (_, at) => (outputs[2 * at + 1] ?? 0) - (outputs[2 * at] ?? 0))
        )
      })
      return {
        tensors: { test: yield* green(test.tensors.x), grid: yield* green(plane) },
        meta: { mixture, numerics: fitted.numerics }
      }
    })
})

/** The figures of a boundary. */
export const BOUNDARY_FIGURES = [
  "error",
  "bayes_error",
  "green_in_a",
  "bayes_green_in_a",
  "red_in_a",
  "agreement"
] as const

/** Errors on the test points, the posterior of A, and Bayes' own beside both. */
export const boundaryMetrics = Stage.make("synthetic/metrics", {
  inputs: { test: MixturePoints, boundary: Boundary },
  output: Artifact.metrics(BOUNDARY_FIGURES),
  run: ({ boundary, test: { meta, tensors } }) =>
    Effect.sync(() => {
      const points = [...tensors.y.data.keys()].map((at) => ({
        isGreen: tensors.y.data[at] === 1,
        isInA: tensors.inA.data[at] === 1,
        said: (boundary.tensors.test.data[at] ?? 0) > 0,
        bayes: bayesScore(meta.mixture, tensors.x.data[2 * at] ?? 0, tensors.x.data[2 * at + 1] ?? 0) > 0
      }))
      type Point = (typeof points)[number]
      const of = (among: (point: Point) => boolean, holds: (point: Point) => boolean, empty: string) => {
        const chosen = points.filter(among)
        return share(chosen.filter(holds).length, chosen.length, empty)
      }
      const all = () => true
      return {
        error: of(all, (p) => p.said !== p.isGreen, "no test point"),
        bayes_error: of(all, (p) => p.bayes !== p.isGreen, "no test point"),
        green_in_a: of(
          (p) => p.said,
          (p) => p.isInA,
          "no point is said to be green"
        ),
        bayes_green_in_a: of(
          (p) => p.bayes,
          (p) => p.isInA,
          "Bayes' rule says green of no point"
        ),
        red_in_a: of(
          (p) => p.isInA,
          (p) => !p.said,
          "no test point is in A"
        ),
        agreement: of(all, (p) => p.said === p.bayes, "no test point")
      }
    })
})

/** The points of one seed with the boundaries of several models. */
export const drawBoundaries = Stage.make("synthetic/picture", {
  config: Schema.Struct({ names: Schema.Array(Schema.String) }),
  inputs: { test: MixturePoints, boundaries: Artifact.list(Boundary) },
  output: Artifact.bytes,
  run: ({ boundaries, test }, { names }) =>
    Effect.sync(() =>
      new TextEncoder().encode(
        boundaryPicture(
          test.meta.mixture,
          { x: test.tensors.x.data, y: test.tensors.y.data },
          boundaries.map(({ tensors }, at) => ({ name: names[at] ?? "", grid: tensors.grid.data }))
        )
      )
    )
})
