/**
 * Training: a small network on data that a stage makes, with weight decay and width as axes. The same bits on every
 * machine; the epochs are seen live.
 *
 *   npx ablate run examples/03-train.ts
 *   npx ablate show width=32,decay=0,seed=0 --experiment train
 */
import { Artifact, Experiment, F32, f32, Grid, I32, i32, Pipeline, Progress, Stage, Table } from "ablate"
import { type Network, numericsId, Objective, Rng, Train } from "ablate/numerics"
import { Effect, Schema } from "effect"

const Moons = Artifact.tensors({ x: F32("rows", 2), y: I32("rows") })

/** Two interleaved half circles with noise; y is 0 or 1. */
const moons = (rows: number, rng: Rng) => {
  const x = new Float32Array(rows * 2)
  const y = new Int32Array(rows)
  for (let row = 0; row < rows; row++) {
    const upper = row % 2 === 0
    // A uniform point of the half circle without trigonometry, whose last bits differ between engines.
    const across = 2 * rng.uniform() - 1
    const up = Math.sqrt(1 - across * across)
    x[2 * row] = (upper ? across : 1 - across) + 0.3 * rng.normal()
    x[2 * row + 1] = (upper ? up : 0.5 - up) + 0.3 * rng.normal()
    y[row] = upper ? 0 : 1
  }
  return { x: f32([rows, 2], x), y: i32([rows], y) }
}

export const data = Stage.make("moons/data", {
  config: Schema.Struct({ seed: Schema.Int, rows: Schema.Int, part: Schema.Literals(["train", "test"]) }),
  output: Moons,
  run: (_, { part, rows, seed }) => Effect.succeed({ tensors: moons(rows, Rng.stream(seed, part)) })
})

/** A shape only: it holds no numbers, so one function serves training and prediction. */
const network = (width: number): Network<"class"> => ({
  inputs: 2,
  trunk: [{ units: width, activation: "relu" }],
  heads: [{ name: "class", units: 1, activation: "sigmoid" }]
})

const Model = Artifact.tensors(
  { parameters: Artifact.record(F32("...")) },
  Schema.Struct({ width: Schema.Int, loss: Schema.Array(Schema.Finite) })
)

export const train = Stage.make("moons/train", {
  config: Schema.Struct({ width: Schema.Int, decay: Schema.Finite, seed: Schema.Int }),
  inputs: { data: Moons },
  output: Model,
  // The arithmetic is part of the key: another back end may give other bits.
  numerics: () => numericsId("engine"),
  run: ({ data }, { decay, seed, width }) =>
    Effect.gen(function* () {
      const progress = yield* Progress
      const { x, y } = data.tensors
      const fitted = yield* Train.fit({
        network: network(width),
        objectives: [Objective.binaryCrossEntropy({ name: "loss", head: "class", target: "y" })],
        optimisers: [{ method: { _tag: "AdamW", learningRate: 0.01, weightDecay: decay } }],
        data: { x, targets: { y } },
        batch: 32,
        epochs: 100,
        seed,
        onProgress: ({ epoch, epochs, loss }) =>
          progress.report({ current: epoch, total: epochs, unit: "epoch", metrics: { loss } })
      })
      return { tensors: { parameters: fitted.parameters }, meta: { width, loss: fitted.curves.loss } }
    })
})

export const measure = Stage.make("moons/measure", {
  inputs: { model: Model, test: Moons },
  output: Artifact.metrics(["accuracy", "parameters"]),
  numerics: () => numericsId("engine"),
  run: ({ model, test }) =>
    Effect.gen(function* () {
      const { x, y } = test.tensors
      const scores = yield* Train.predict({
        network: network(model.meta.width),
        parameters: model.tensors.parameters,
        x
      })
      const predicted = scores.class.outputs.data
      let right = 0
      for (let row = 0; row < y.data.length; row++) if ((predicted[row] ?? 0) > 0.5 === (y.data[row] === 1)) right++
      const parameters = Object.values(model.tensors.parameters).reduce((sum, tensor) => sum + tensor.data.length, 0)
      return { accuracy: { value: right / y.data.length, n: y.data.length }, parameters: { value: parameters } }
    })
})

const Params = Schema.Struct({ width: Schema.Int, decay: Schema.Finite, seed: Schema.Int })

const study = Pipeline.make("moons", Params, ({ decay, seed, width }) => {
  const model = train.node({ data: data.node({}, { seed, rows: 400, part: "train" }) }, { width, decay, seed })
  const test = data.node({}, { seed, rows: 2000, part: "test" })
  return { model, metrics: measure.node({ model, test }) }
})

export default Experiment.make("train", {
  description: "Does a wider network need weight decay on two noisy half circles?",
  pipeline: study,
  grid: Grid.axes({ width: [2, 8, 32], decay: [0, 0.1], seed: Grid.seeds(5) }),
  table: Table.make({
    title: "Two noisy half circles: width and weight decay",
    rows: ["width", "decay"],
    columns: [
      { metric: "accuracy", label: "accuracy" },
      { metric: "parameters", label: "parameters", digits: 0 }
    ],
    baseline: { decay: "0" },
    caption: ["400 training rows and 2,000 test rows a seed; AdamW at 0.01, 100 epochs, batch 32."]
  })
})
