/** Figure 4 of Sen & Ganguly (AAAI 2020): decision boundaries on two Gaussians, bias-agnostic and bias-aware. */
import { Experiment, Grid, Setting, Table } from "ablate"
import { numericsId } from "ablate/numerics"
import { Schema } from "effect"
import { synthetic } from "../pipelines/synthetic.ts"
import { Mixture } from "../stages/synthetic/mixture.ts"
import { type BoundaryModel, drawBoundaries } from "../stages/synthetic/stages.ts"
import { TrainFields } from "../stages/train/TrainConfig.ts"

const Settings = Schema.Struct({
  seeds: Setting.make(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })), 10),
  mixture: Setting.group({
    red: Setting.make(Mixture.fields.red, [0, -1]),
    green: Setting.make(Mixture.fields.green, [0, 1]),
    sigma: Setting.make(Mixture.fields.sigma, 0.7),
    points: Setting.make(Mixture.fields.points, 500),
    line: Setting.make(Mixture.fields.line, 0)
  }),
  lambda: Setting.make(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)), 1),
  logistic: Setting.group({ C: Setting.make(Schema.Finite.check(Schema.isGreaterThan(0)), 1) }),
  train: Setting.group({
    width: Setting.make(TrainFields.width, 10),
    epochs: Setting.make(TrainFields.epochs, 500),
    learningRate: Setting.make(TrainFields.learningRate, 0.01)
  })
})
type Settings = typeof Settings.Type

const methods = ["agnostic-l2", "agnostic", "negative", "reversal", "parity"] as const
type Method = (typeof methods)[number]

const objectives = { agnostic: null, negative: "negative", reversal: "gradient-reversal", parity: "parity" } as const

const modelOf = (method: Method, { lambda, logistic, train }: Settings): BoundaryModel =>
  method === "agnostic-l2"
    ? { kind: "logistic", C: logistic.C }
    : { kind: "network", objective: objectives[method], lambda, ...train }

export default Experiment.make("synthetic-2d", {
  description: "Figure 4 of Sen & Ganguly: decision boundaries on two Gaussians, with Bayes' boundary as the truth",
  settings: Settings,
  pipeline: synthetic,
  grid: ({ seeds }) => Grid.axes({ method: methods }).cross({ seed: Grid.seeds(seeds) }),
  params: ({ method, seed }, settings) => ({ mixture: settings.mixture, model: modelOf(method, settings), seed }),
  table: ({ lambda, logistic, mixture, train }) =>
    Table.make({
      title: "Figure 4: errors and posteriors on two Gaussians",
      rows: ["method"],
      columns: [
        {
          metric: "error",
          label: "error",
          kind: "share",
          better: "lower",
          beside: { metric: "bayes_error", label: "Bayes" }
        },
        {
          metric: "green_in_a",
          label: "P(A|green)",
          kind: "share",
          beside: { metric: "bayes_green_in_a", label: "Bayes" }
        },
        { metric: "red_in_a", label: "P(red|A)", kind: "share" },
        { metric: "agreement", label: "agrees with Bayes", kind: "share", better: "higher" }
      ],
      baseline: { method: "agnostic-l2" },
      claims: [
        {
          text: "the bias-aware model makes more errors than the bias-agnostic one",
          source: "the paper",
          metric: "error",
          labels: { method: "negative" },
          direction: "higher"
        },
        {
          text: "the bias-aware model no longer takes every point of the upper half for green",
          source: "the paper",
          metric: "red_in_a",
          labels: { method: "negative" },
          direction: "higher"
        }
      ],
      sources: [
        "Made-up points: two isotropic Gaussians. The paper's centres and variance are not legible; these are a reading of its picture."
      ],
      caption: [
        `Centres red (${mixture.red.join(", ")}) and green (${mixture.green.join(", ")}), σ = ${mixture.sigma}, ${mixture.points} points of each in training and in test; A: second coordinate at least ${mixture.line}. Bayes: the nearer centre.`,
        `agnostic-l2: logistic regression, C = ${logistic.C}. Others: ${train.width} rectified units without bias terms, full batch, ${train.epochs} epochs of Adam at ${train.learningRate} (${numericsId("engine")}); bias task (green, A), λ = ${lambda}.`
      ]
    }),
  figures: [
    {
      file: "figure-4.svg",
      of: ({ seed }) => seed === 0,
      node: (cells) => {
        const [first] = cells
        if (first === undefined) throw new Error("a figure is asked for cells that there are")
        return drawBoundaries.node(
          { test: first.outputs.test, boundaries: cells.map(({ outputs }) => outputs.boundary) },
          { names: cells.map(({ point }) => point.method) }
        )
      }
    }
  ]
})
