/**
 * Pictures that a run leaves as files. Those that are drawn of the finished table, or of what cells published, are
 * declared by a line: {@link forest}, {@link effects}, {@link tradeoff}, {@link sweep}, {@link curves}, {@link scatter}. Any
 * other picture is a node that makes its bytes.
 */
import type {
  BetterOnAxis,
  Curves,
  CurvesSpec,
  EffectsSpec,
  ForestSpec,
  LabelPoint,
  ScatterSpec,
  SweepSpec,
  TradeoffSpec
} from "../domain/FigureSpec.ts"
import { DeclarationError } from "./DeclarationError.ts"
import type { Label } from "./Grid.ts"
import type { Node, OutputOf } from "./Node.ts"
import type { Outputs } from "./Pipeline.ts"

export type {
  BetterOnAxis,
  Curves,
  CurvesSpec,
  EffectsSpec,
  ForestSpec,
  LabelPoint,
  ScatterSpec,
  SweepSpec,
  TradeoffSpec
}

/** A cell as a figure's node sees it: its point of the grid, and the nodes that the pipeline built for it. */
export interface FigureCell<G, O> {
  readonly point: G
  readonly outputs: O
}

/** A picture that a stage makes. `G`: points of the grid; `O`: outputs of the pipeline; `S`: the experiment's settings. */
export interface NodeFigure<G, O, S> {
  /** Its file name, with an extension: `figure-1.svg`. */
  readonly file: string
  /** The cells it is about; default: all. Where a run has none of them (`--only`), the figure is left out. */
  readonly of?: (point: G) => boolean
  /** The node of its bytes, given these cells: most often a stage with a list input. */
  readonly node: (cells: ReadonlyArray<FigureCell<G, O>>, settings: S) => Node<Uint8Array>
}

/** Carries types; never present at run time. */
interface Named<Axis extends string, Metric extends string> {
  readonly names?: { readonly axis: Axis; readonly metric: Metric }
}

/** What is drawn of the finished table. */
export type TableFigureSpec = ForestSpec | EffectsSpec | TradeoffSpec | SweepSpec

/** A figure of the table. Its axes and metrics are types: what no grid or stage has does not compile. */
export interface TableFigure<Axis extends string, Metric extends string> extends Named<Axis, Metric> {
  readonly spec: TableFigureSpec
}

/** A figure of the cells' output `From`; `read` gives the curves in its value. */
export interface CurvesFigure<Axis extends string, Metric extends string, From extends string, V>
  extends Named<Axis, Metric> {
  readonly spec: CurvesSpec & { readonly from: From }
  /** Picks the curves of the output's value. */
  readonly read: (value: V) => Curves
}

/** A figure of the cells' output `From`; `read` gives the points in its value. */
export interface ScatterFigure<Axis extends string, Metric extends string, From extends string, V>
  extends Named<Axis, Metric> {
  readonly spec: ScatterSpec & { readonly from: From }
  /** Picks the points of the output's value. */
  readonly read: (value: V) => ReadonlyArray<LabelPoint>
}

/** A drawn figure with its types erased: `read` takes values of the output that it names, and no others. */
export type Drawn =
  | { readonly spec: TableFigureSpec }
  | {
      readonly spec: CurvesSpec
      /** Picks the curves of an output's value. */
      read(value: unknown): Curves
    }
  | {
      readonly spec: ScatterSpec
      /** Picks the points of an output's value. */
      read(value: unknown): ReadonlyArray<LabelPoint>
    }

type OutputFigure<Axis extends string, Metric extends string, From extends string, V> =
  | CurvesFigure<Axis, Metric, From, V>
  | ScatterFigure<Axis, Metric, From, V>

/** What stands in an experiment's `figures`. */
export type Figure<G, O extends Outputs, S, Metric extends string> =
  | NodeFigure<G, O, S>
  | TableFigure<keyof G & string, Metric>
  | {
      readonly [K in keyof O & string]-?: OutputFigure<keyof G & string, Metric, K, OutputOf<NonNullable<O[K]>>>
    }[keyof O & string]

/** Labels by axis: one, or some of which each counts. */
export type Where = { readonly [axis: string]: Label | ReadonlyArray<Label> }

/** The axes named; none where nothing is, though the compiler then takes `W` for any. */
type AxesOf<W extends Where> = string extends keyof W ? never : keyof W & string

/** What every figure takes. */
export interface Common<W extends Where> {
  /** Its file name; default: after what it shows. */
  readonly file?: string
  /** Default: what it shows. */
  readonly title?: string
  /** Lines under the title. */
  readonly subtitle?: ReadonlyArray<string>
  /** In millimetres: 84 is a column of a journal's page, 174 its whole width (the default). */
  readonly width?: number
  /** The rows or cells that it is about: those with this label, or one of these, on every axis named. Default: all. */
  readonly where?: W
}

const slug = (...parts: ReadonlyArray<string>) =>
  parts
    .join("-")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "")

const common = <W extends Where>(kind: string, options: Common<W>, names: ReadonlyArray<string>, title: string) => {
  const file = options.file ?? `${slug(kind, ...names)}.svg`
  const subject = `figure ${file}`
  const { width = 174 } = options
  if (!/^[\w-]+(\.[\w-]+)*\.svg$/.test(file))
    throw new DeclarationError({ subject, problem: "a figure's file is a name that ends in .svg: forest.svg" })
  if (!(width >= 60 && width <= 400))
    throw new DeclarationError({ subject, problem: `the width is 60 to 400 mm, found ${width}` })
  const where = Object.entries<Label | ReadonlyArray<Label>>(options.where ?? {}).map(([axis, labels]) => {
    const list: ReadonlyArray<Label> = Array.isArray(labels) ? labels : [labels]
    return [axis, list.map(String)] as const
  })
  return {
    file,
    title: options.title ?? title,
    subtitle: options.subtitle ?? [],
    width,
    where: Object.fromEntries(where)
  }
}

/** A forest plot: the difference of every row to the baseline in one metric, with its 95 % interval. Needs a baseline. */
export const forest = <const M extends string, const W extends Where = Record<never, never>>(
  options: Common<W> & { readonly metric: M }
): TableFigure<AxesOf<W>, M> => {
  const { metric } = options
  return { spec: { _tag: "forest", ...common("forest", options, [metric], `Differences in ${metric}`), metric } }
}

/**
 * Main effects and interactions on one metric with their 95 % intervals, the largest first. Needs a table with `effects`;
 * `where` is of axes that are no factors.
 */
export const effects = <const M extends string, const W extends Where = Record<never, never>>(
  options: Common<W> & { readonly metric: M }
): TableFigure<AxesOf<W>, M> => {
  const { metric } = options
  return { spec: { _tag: "effects", ...common("effects", options, [metric], `Effects on ${metric}`), metric } }
}

/** A metric, and which way it is better where its column does not say. */
export type TradeoffAxis<M extends string> = M | { readonly metric: M; readonly better?: BetterOnAxis }

/**
 * Rows by two metrics, with the Pareto front of their means and its hypervolume. Which way is better is said by the
 * table's columns (`better`) or here. `reference`: what the hypervolume is measured from, by default the worst of the rows.
 */
export const tradeoff = <const X extends string, const Y extends string, const W extends Where = Record<never, never>>(
  options: Common<W> & {
    readonly x: TradeoffAxis<X>
    readonly y: TradeoffAxis<Y>
    readonly reference?: { readonly x: number; readonly y: number }
  }
): TableFigure<AxesOf<W>, X | Y> => {
  const axis = <M extends string>(given: TradeoffAxis<M>) => (typeof given === "string" ? { metric: given } : given)
  const [x, y] = [axis(options.x), axis(options.y)]
  const { reference } = options
  const names = [x.metric, y.metric]
  return {
    spec: {
      _tag: "tradeoff",
      ...common("tradeoff", options, names, `${y.metric} against ${x.metric}`),
      x,
      y,
      ...(reference === undefined ? {} : { reference })
    }
  }
}

/**
 * A metric along an axis whose labels are numbers, a line for each of the rows' other labels. `at` says where labels
 * stand that are no numbers; it leaves out those that it does not name.
 */
export const sweep = <const M extends string, const A extends string, const W extends Where = Record<never, never>>(
  options: Common<W> & {
    readonly metric: M
    readonly axis: A
    readonly at?: { readonly [label: string]: number }
    /** `even`: at equal distances, whatever the numbers are. Default: linear. */
    readonly scale?: SweepSpec["scale"]
    /** Of the axis; default: its name. */
    readonly xTitle?: string
  }
): TableFigure<A | AxesOf<W>, M> => {
  const { at, axis, metric, scale = "linear", xTitle } = options
  return {
    spec: {
      _tag: "sweep",
      ...common("sweep", options, [metric, axis], `${metric} along ${axis}`),
      metric,
      axis,
      scale,
      ...(at === undefined ? {} : { at }),
      ...(xTitle === undefined ? {} : { xTitle })
    }
  }
}

/**
 * Values over epochs, from the cells' output `from`: a line for each variant and curve, with the lowest to the highest
 * seed as a band. `curves` picks them from the output's value; the first value is epoch 1.
 */
export const curves = <const From extends string, V, const W extends Where = Record<never, never>>(
  options: Common<W> & {
    readonly from: From
    readonly curves: (value: V) => Curves
    readonly xTitle?: string
    readonly yTitle?: string
    /** Of the values; default: linear. */
    readonly scale?: CurvesSpec["scale"]
  }
): CurvesFigure<AxesOf<W>, never, From, V> => {
  const { from, scale = "linear", xTitle = "epoch", yTitle = "loss" } = options
  return {
    spec: {
      _tag: "curves",
      ...common("curves", options, [from], `${yTitle} by ${xTitle}`),
      from,
      xTitle,
      yTitle,
      scale
    },
    read: options.curves
  }
}

/**
 * Named points of one variant, from its cells' output `from`: the mean of the seeds with the lowest to the highest.
 * `points` picks them from the output's value.
 */
export const scatter = <
  const From extends string,
  V,
  const M extends string = never,
  const W extends Where = Record<never, never>
>(
  options: Common<W> & {
    readonly from: From
    readonly points: (value: V) => ReadonlyArray<LabelPoint>
    readonly xTitle: string
    readonly yTitle: string
    /** `percent` prints 0.5 as 50%. Default: number. */
    readonly unit?: ScatterSpec["unit"]
    /** What both axes span; points outside are marked at its border. Default: what the points need. */
    readonly frame?: readonly [low: number, high: number]
    /** Draws the diagonal, and says what it means: "predicted as in training". Both axes then span the same. */
    readonly diagonal?: string
    /** Thin lines across both axes. */
    readonly guides?: ReadonlyArray<number>
    /** What a point without a y is. Default: "without a y". */
    readonly missing?: string
    /** The column whose figure of this variant stands in a corner. */
    readonly metric?: M
  }
): ScatterFigure<AxesOf<W>, M, From, V> => {
  const {
    diagonal,
    frame,
    from,
    guides = [],
    metric,
    missing = "without a y",
    unit = "number",
    xTitle,
    yTitle
  } = options
  const shared = common(
    "scatter",
    options,
    [from, ...Object.values(options.where ?? {}).map(String)],
    `${yTitle} against ${xTitle}`
  )
  if (frame !== undefined && !(frame[0] < frame[1]))
    throw new DeclarationError({
      subject: `figure ${shared.file}`,
      problem: `the frame is two numbers, the first below the second, found [${frame.join(", ")}]`
    })
  return {
    spec: {
      _tag: "scatter",
      ...shared,
      from,
      xTitle,
      yTitle,
      unit,
      guides,
      missing,
      ...(frame === undefined ? {} : { frame }),
      ...(diagonal === undefined ? {} : { diagonal }),
      ...(metric === undefined ? {} : { metric })
    },
    read: options.points
  }
}
