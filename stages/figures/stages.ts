/** The figures of a study as stages: SVG, readable in black and white. Thin wrappers around this folder's functions. */
import { Artifact, Metrics, Stage } from "ablate"
import { Effect, Schema } from "effect"
import { LabelBias } from "../metrics/LabelBias.ts"
import { seedsProblem } from "./BiasPoints.ts"
import { biasScatter } from "./BiasScatter.ts"
import { allCurves, type CurveChoice, type Curves, curvesProblem } from "./CurveLines.ts"
import { type CurvesFigure, curvesFigure, MOST_CURVES } from "./CurvesFigure.ts"
import { FigureRefused } from "./FigureRefused.ts"
import { render } from "./svg.ts"
import { Better, estimate, TradeoffPoint, tradeoffProblem } from "./Tradeoff.ts"
import { tradeoffFigure } from "./TradeoffFigure.ts"

const NO_ROOM = "its names do not fit beside each other; draw fewer of them"

const WHOLE = [0, 1] as const

/** Both axes' range as shares: two numbers from 0 to 1, at least 0.01 apart. */
export const BiasFrame = Schema.Tuple([Schema.Finite, Schema.Finite]).check(
  Schema.makeFilter(([low, high]) =>
    low >= 0 && high <= 1 && high - low >= 0.01
      ? undefined
      : `frame: found [${low}, ${high}], expected two shares from 0 to 1, the second at least 0.01 above the first`
  )
)

/** Training bias against predicted bias of every label (Choi, Zhang & Liu, Figures 1 and 2): one point a label, over the seeds. */
export const biasScatterFigure = Stage.make("figures/bias-scatter", {
  config: Schema.Struct({
    title: Schema.String,
    /** Lines under the title, before the one on the data. Default: none. */
    subtitle: Schema.optionalKey(Schema.Array(Schema.String)),
    /** Labels outside are marked at its border. Default: [0, 1]. */
    frame: Schema.optionalKey(BiasFrame)
  }),
  inputs: { seeds: Artifact.list(Artifact.json(LabelBias)) },
  output: Artifact.bytes,
  run: ({ seeds }, { frame = WHOLE, subtitle = [], title }) =>
    Effect.gen(function* () {
      const problem = seedsProblem(seeds)
      if (problem !== undefined) return yield* new FigureRefused({ figure: title, problem })
      const drawing = biasScatter(seeds, { title, subtitle, frame })
      if (drawing === null) return yield* new FigureRefused({ figure: title, problem: NO_ROOM })
      return yield* render(drawing)
    })
})

/** What the figures of curves are told. */
export const CurvesConfig = Schema.Struct({
  title: Schema.String,
  /** Lines under the title. Default: none. */
  subtitle: Schema.optionalKey(Schema.Array(Schema.String)),
  /** Default: "epoch". */
  xTitle: Schema.optionalKey(Schema.String),
  /** Default: "loss". */
  yTitle: Schema.optionalKey(Schema.String),
  /** Of the values. Default: linear. */
  scale: Schema.optionalKey(Schema.Literals(["linear", "log"])),
  /** Which curves, in which order, and what they are called. Default: all, "loss" first, then by name. */
  curves: Schema.optionalKey(
    Schema.Array(Schema.Struct({ name: Schema.String, label: Schema.optionalKey(Schema.String) }))
  )
})
export type CurvesConfig = typeof CurvesConfig.Type

const drawCurves = Effect.fnUntraced(function* (runs: ReadonlyArray<Curves>, config: CurvesConfig) {
  const { curves, scale = "linear", subtitle = [], title, xTitle = "epoch", yTitle = "loss" } = config
  const refused = (problem: string) => new FigureRefused({ figure: title, problem })
  const choices: ReadonlyArray<CurveChoice> = curves ?? allCurves(runs)
  const problem = curvesProblem(runs, choices)
  if (problem !== undefined) return yield* refused(problem)
  if (choices.length > MOST_CURVES)
    return yield* refused(`found ${choices.length} curves, expected at most ${MOST_CURVES}; name them under "curves"`)
  const figure: CurvesFigure = { title, subtitle, xTitle, yTitle, scale }
  const drawing = curvesFigure(runs, choices, figure)
  if (drawing === null) return yield* refused('no value is above 0; set "scale" to linear')
  return yield* render(drawing)
})

const Values = Schema.Array(Schema.Finite)

/** Any named curves, one record a run: the mean of the runs with their spread. */
export const curvesOf = Stage.make("figures/curves", {
  config: CurvesConfig,
  inputs: { runs: Artifact.list(Artifact.json(Schema.Record(Schema.String, Values))) },
  output: Artifact.bytes,
  run: ({ runs }, config) =>
    Effect.gen(function* () {
      return yield* drawCurves(runs, config)
    })
})

/** The loss ("loss") and its terms of trained models, one a seed. */
export const trainingCurves = Stage.make("figures/training-curves", {
  config: CurvesConfig,
  inputs: {
    models: Artifact.list(
      Artifact.metadata(Schema.Struct({ loss: Values, terms: Schema.Record(Schema.String, Values) }))
    )
  },
  output: Artifact.bytes,
  run: ({ models }, config) =>
    Effect.gen(function* () {
      return yield* drawCurves(
        models.map(({ meta: { loss, terms } }) => ({ ...terms, loss })),
        config
      )
    })
})

/** The diagnostics of learnt descriptor models, one a seed, over iterations. */
export const descriptorCurves = Stage.make("figures/descriptor-curves", {
  config: CurvesConfig,
  inputs: {
    models: Artifact.list(Artifact.metadata(Schema.Struct({ curves: Schema.Record(Schema.String, Values) })))
  },
  output: Artifact.bytes,
  run: ({ models }, config) =>
    Effect.gen(function* () {
      return yield* drawCurves(
        models.map(({ meta }) => meta.curves),
        { xTitle: "iteration", ...config }
      )
    })
})

/** A variant's two figures over its seeds, for `figures/tradeoff`. A figure that no seed has is undefined, not 0. */
export const tradeoffPoint = Stage.make("figures/tradeoff-point", {
  /** `x` and `y`: names of metrics. */
  config: Schema.Struct({ name: Schema.String, x: Schema.String, y: Schema.String }),
  inputs: { seeds: Artifact.list(Artifact.json(Metrics)) },
  output: Artifact.json(TradeoffPoint),
  pool: "inline",
  run: ({ seeds }, { name, x, y }) =>
    Effect.gen(function* () {
      const of = Effect.fnUntraced(function* (metric: string) {
        const found = seeds.flatMap((each) => (Object.hasOwn(each, metric) ? (each[metric] ?? []) : []))
        if (seeds.length > 0 && found.length === seeds.length) return estimate(found)
        const [first = {}] = seeds
        const problem =
          seeds.length === 0
            ? 'it has no seed; wire at least one node to the input "seeds"'
            : `there is no metric ${JSON.stringify(metric)} in every seed; the first has ${Object.keys(first).sort().join(", ")}`
        return yield* new FigureRefused({ figure: name, problem })
      })
      return { name, x: yield* of(x), y: yield* of(y) }
    })
})

const TradeoffAxisConfig = Schema.Struct({
  title: Schema.String,
  better: Better,
  /** `percent` prints 0.5 as 50%. Default: number. */
  unit: Schema.optionalKey(Schema.Literals(["number", "percent"]))
})

/** Variants by two figures with the Pareto front: a λ sweep's accuracy against its amplification. */
export const tradeoff = Stage.make("figures/tradeoff", {
  config: Schema.Struct({
    title: Schema.String,
    /** Lines under the title. Default: none. */
    subtitle: Schema.optionalKey(Schema.Array(Schema.String)),
    x: TradeoffAxisConfig,
    y: TradeoffAxisConfig
  }),
  inputs: { points: Artifact.list(Artifact.json(TradeoffPoint)) },
  output: Artifact.bytes,
  run: ({ points }, { subtitle = [], title, x, y }) =>
    Effect.gen(function* () {
      const problem = tradeoffProblem(points)
      if (problem !== undefined) return yield* new FigureRefused({ figure: title, problem })
      const drawing = tradeoffFigure(points, {
        title,
        subtitle,
        x: { unit: "number", ...x },
        y: { unit: "number", ...y }
      })
      if (drawing === null) return yield* new FigureRefused({ figure: title, problem: NO_ROOM })
      return yield* render(drawing)
    })
})
