/** An experiment: a pipeline × a grid + a table. */
import { type Layer, Schema } from "effect"
import * as CellId from "../domain/CellId.ts"
import type { Choice } from "../domain/Choice.ts"
import type { Contributions } from "../domain/Contributions.ts"
import type { Measure } from "../domain/Metrics.ts"
import type { CellInfo } from "../domain/RunEvent.ts"
import type { SeedPlan } from "../domain/SeedRule.ts"
import type { TableSpec } from "../domain/TableSpec.ts"
import type { Notes } from "./Artifact.ts"
import { DeclarationError } from "./DeclarationError.ts"
import type { Drawn, Figure, NodeFigure } from "./Figure.ts"
import type { Grid, Point } from "./Grid.ts"
import type { AnyNode, Node, ServicesOf } from "./Node.ts"
import type { Outputs, Pipeline } from "./Pipeline.ts"
import { seedProblem } from "./SeedProblem.ts"
import type { Table } from "./Table.ts"

/** Marks what {@link make} gives. */
export const TypeId = "~ablate/Experiment"

/** One point of the grid with the nodes that the pipeline built for it. */
export interface Cell extends CellInfo {
  /** The point as declared: labels with their types, and the seed. */
  readonly point: Point
  readonly outputs: Outputs
}

/** What an experiment comes to under given settings. */
export interface Expansion {
  readonly axes: ReadonlyArray<string>
  readonly seedAxis: string | null
  /** Null where all seeds are run; else `cells` are those that are kept. */
  readonly seeds: SeedPlan | null
  readonly cells: ReadonlyArray<Cell>
  readonly table: TableSpec | null
  readonly figures: ReadonlyArray<PlannedFigure>
  /** Figures of the table and of the cells' outputs: drawn when these are there, by no node. */
  readonly drawn: ReadonlyArray<Drawn>
}

/** A figure's node is one more output of the last of its cells, under the name of its file. */
export interface PlannedFigure {
  readonly file: string
  /** The id of that cell. */
  readonly cell: string
}

/** An experiment as the commands see it, with its types erased. */
export interface AnyExperiment {
  readonly [TypeId]: typeof TypeId
  readonly name: string
  readonly description: string
  /** Schema of `--set path=value`, from an object in which every field may be missing. */
  readonly settings: Schema.ConstraintCodec<unknown, unknown>
  /** Services that the stages ask for. */
  readonly layer: Layer.Layer<never> | undefined
  /** Builds every cell's nodes; runs nothing. `keep` drops points before their nodes are built. Throws {@link DeclarationError}. */
  readonly expand: (settings: unknown, keep?: (point: Point, cell: CellInfo) => boolean) => Expansion
}

/** What an experiment's file exports. Its grid, settings and metrics are checked where it is declared; nobody needs their types later. */
export type Experiment = AnyExperiment

type MetricNames<O extends Outputs> = O extends { readonly metrics: Node<infer M, unknown> } ? keyof M & string : never

type WellFormed<O extends Outputs> = O extends { readonly metrics: AnyNode }
  ? O extends { readonly metrics: Node<{ readonly [name: string]: Measure }, unknown> }
    ? unknown
    : { readonly pipeline: "its output `metrics` must be an Artifact.metrics node" }
  : unknown

type Publishing<O extends Outputs> = O extends { readonly contributions: AnyNode }
  ? O extends { readonly contributions: Node<Contributions, unknown> }
    ? unknown
    : { readonly pipeline: "its output `contributions` must be an Artifact.contributions node" }
  : unknown

type Choosing<O extends Outputs> = O extends { readonly choice: AnyNode }
  ? O extends { readonly choice: Node<Choice, unknown> }
    ? unknown
    : { readonly pipeline: "its output `choice` must be the choice of a Select.best" }
  : unknown

type NeedsLayer<R> = [R] extends [never] ? { readonly layer?: undefined } : { readonly layer: Layer.Layer<R> }

type NeedsParams<P, G> = G extends P ? unknown : { readonly params: unknown }

/** What {@link make} takes. `P` are the pipeline's parameters, `G` a point of the grid, `S` the settings, `O` the pipeline's outputs. */
export type Options<P, G, S, O extends Outputs> = {
  /** One sentence on what the experiment asks. */
  readonly description?: string
  /** What `--set` may change, each field with a default. */
  readonly settings?: Schema.ConstraintCodec<S, unknown>
  /** What is computed for every point of the grid. */
  readonly pipeline: Pipeline<P, O>
  /** The points; or what makes them of the settings. */
  readonly grid: Grid<G> | ((settings: S) => Grid<G>)
  /** From a grid point and the settings to the pipeline's parameters; may be left out where the point has them all. */
  readonly params?: (point: G, settings: S) => P
  /** What is printed of the metrics; default: no table. Axes that the grid does not have and metrics that no stage gives do not compile. */
  readonly table?: Table<keyof G & string, MetricNames<O>> | ((settings: S) => Table<keyof G & string, MetricNames<O>>)
  /** Pictures to leave as files: those that {@link Figure} declares, or nodes of their bytes. */
  readonly figures?:
    | ReadonlyArray<Figure<G, O, S, MetricNames<O>>>
    | ((settings: S) => ReadonlyArray<Figure<G, O, S, MetricNames<O>>>)
} & NeedsParams<P, G> &
  NeedsLayer<ServicesOf<O[keyof O]>> &
  WellFormed<O> &
  Publishing<O> &
  Choosing<O>

/** Whether a value is an experiment. */
export const isExperiment = (value: unknown): value is AnyExperiment =>
  typeof value === "object" && value !== null && TypeId in value

const noSettings: Schema.ConstraintCodec<unknown, unknown> = Schema.Struct({})

const resolve = <A extends object, S>(value: A | ((settings: S) => A), settings: S): A =>
  typeof value === "function" ? (value as (settings: S) => A)(settings) : value

/** Declares an experiment; make it the default export of a file in `experiments/`. Throws {@link DeclarationError}. */
export const make = <P, G, O extends Outputs, S = Record<never, never>>(
  name: string,
  options: Options<P, G, S, O>
): Experiment => {
  const subject = `experiment "${name}"`
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(name))
    throw new DeclarationError({ subject, problem: `the name must be lower-case letters, digits, "-" and "_"` })
  const { pipeline } = options
  const checkParams = Schema.encodeUnknownResult(pipeline.params)
  const { params } = options
  return {
    [TypeId]: TypeId,
    name,
    description: options.description ?? "",
    settings: options.settings ?? noSettings,
    layer: options.layer as Layer.Layer<never> | undefined,
    expand: (given, keep) => {
      // The caller decoded the settings by `settings`, the schema of S.
      const settings = given as S
      const grid = resolve<Grid<G>, S>(options.grid, settings)
      const table = options.table === undefined ? null : resolve<TableSpec, S>(options.table, settings)
      for (const axis of table?.rows ?? [])
        if (!grid.axes.includes(axis))
          throw new DeclarationError({
            subject,
            problem: `the table's row axis "${axis}" is not in the grid; its axes are ${grid.axes.join(", ")}`
          })
      const seeds = seedPlanOf(grid, subject)
      const cells: Array<Cell> = []
      const seen = new Map<string, Point>()
      for (const each of grid.points) {
        const point = each as unknown as Point
        const info = cellInfo(point, grid.axes, grid.seedAxis)
        if (keep !== undefined && !keep(point, info)) continue
        const other = seen.get(info.id)
        if (other !== undefined)
          throw new DeclarationError({
            subject,
            problem: `two points of the grid are the cell ${info.id}${alikeIn(other, point)}`
          })
        seen.set(info.id, point)
        const value = params === undefined ? (each as unknown as P) : params(each, settings)
        const checked = checkParams(value)
        if (checked._tag === "Failure")
          throw new DeclarationError({
            subject,
            problem: `parameters of cell ${info.id} refused: ${checked.failure.message}`
          })
        cells.push({ ...info, point, outputs: pipeline.build(value) })
      }
      const declared = resolve<ReadonlyArray<Figure<G, O, S, MetricNames<O>>>, S>(options.figures ?? [], settings)
      const drawn = declared.flatMap((each) => ("spec" in each ? [each] : []))
      const files = drawn.map(({ spec }) => spec.file)
      const twice = files.find((file, at) => files.indexOf(file) !== at)
      if (twice !== undefined) throw twoFigures(subject, twice)
      const nodes = declared.flatMap((each) => ("spec" in each ? [] : [each]))
      const figures = plannedFigures(subject, cells, nodes, settings)
      const both = figures.find(({ file }) => files.includes(file))
      if (both !== undefined) throw twoFigures(subject, both.file)
      return { axes: grid.axes, seedAxis: grid.seedAxis, seeds, cells, table, figures, drawn }
    }
  }
}

const twoFigures = (subject: string, file: string) =>
  new DeclarationError({ subject, problem: `two figures have the file ${file}; give one of them another (\`file\`)` })

/** Adds every figure's node to the outputs of the last of its cells. */
const plannedFigures = <G, O extends Outputs, S>(
  subject: string,
  cells: Array<Cell>,
  figures: ReadonlyArray<NodeFigure<G, O, S>>,
  settings: S
): ReadonlyArray<PlannedFigure> =>
  figures.flatMap(({ file, node, of }) => {
    if (!/^[\w-]+(\.[\w-]+)+$/.test(file))
      throw new DeclarationError({
        subject,
        problem: `a figure's file is a name with an extension (figure-1.svg), found ${JSON.stringify(file)}`
      })
    // The cells were built from this grid by this pipeline.
    const seen = cells.map(({ outputs, point }) => ({ point: point as unknown as G, outputs: outputs as O }))
    const isMeant = seen.map(({ point }) => of?.(point) ?? true)
    const last = isMeant.lastIndexOf(true)
    const host = cells[last]
    if (host === undefined) return []
    if (host.outputs[file] !== undefined) throw twoFigures(subject, file)
    cells[last] = {
      ...host,
      outputs: {
        ...host.outputs,
        [file]: node(
          seen.filter((_, at) => isMeant[at]),
          settings
        )
      }
    }
    return [{ file, cell: host.id }]
  })

/** Of two points of one cell: why their labels read alike, where they differ. */
const alikeIn = (one: Point, other: Point): string => {
  const axis = Object.keys(one).find((name) => !Object.is(one[name], other[name]))
  if (axis === undefined) return ""
  const kinds = [one[axis], other[axis]].map((label) =>
    typeof label === "string" ? JSON.stringify(label) : Object.is(label, -0) ? "-0" : String(label)
  )
  return `: the values ${kinds.join(" and ")} of axis "${axis}" read alike; label one of them otherwise`
}

/** Throws where a variant has no baseline row. */
const seedPlanOf = <G>({ axes, points, rule, seedAxis }: Grid<G>, subject: string): SeedPlan | null => {
  if (rule === null) return null
  const variants = new Map<string, CellInfo>()
  for (const point of points) {
    const cell = cellInfo(point as unknown as Point, axes, seedAxis)
    if (!variants.has(cell.variant)) variants.set(cell.variant, cell)
  }
  const list = [...variants.values()].map(({ labels, variant }) => ({ labels, variant }))
  const problem = seedProblem(rule, axes, list)
  if (problem !== undefined) throw new DeclarationError({ subject, problem: `seeds.until: ${problem}` })
  return { rule, variants: list }
}

const cellInfo = (point: Point, axes: ReadonlyArray<string>, seedAxis: string | null): CellInfo => {
  const labels: Record<string, string> = {}
  for (const axis of axes) labels[axis] = String(point[axis])
  const variant = CellId.ofLabels(labels, axes)
  if (seedAxis === null) return { id: variant, variant, labels, seed: null }
  const seed = Number(point[seedAxis])
  return { id: CellId.withSeed(variant, seedAxis, seed), variant, labels, seed }
}

export type { Figure, FigureCell } from "./Figure.ts"
export type { Notes }
