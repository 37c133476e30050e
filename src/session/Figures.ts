/** The pictures of a run: those that nodes made, and those that are drawn of its table and of its cells' outputs. */
import { join } from "node:path"
import { Effect, Exit, Result, Schema } from "effect"
import type { Artifact } from "../declare/Artifact.ts"
import type { Cell, Expansion } from "../declare/Experiment.ts"
import type { Drawn } from "../declare/Figure.ts"
import type { AnyNode } from "../declare/Node.ts"
import type { CurvesSpec, FigureCellData, FigureInput, ScatterSpec } from "../domain/FigureSpec.ts"
import type { RunCell } from "../domain/RunRecord.ts"
import type { DrawnFigure, LeftOutFigure } from "../report/figures/index.ts"
import type { ReportTable } from "../report/ReportTable.ts"
import { ArtifactStore } from "../store/index.ts"
import { makeFolder, writeBytes } from "./Writing.ts"

interface Published {
  readonly cells: ReadonlyArray<RunCell>
}

export interface Figures {
  readonly drawn: ReadonlyArray<DrawnFigure>
  /** Those that there is nothing to draw of, with the reason. */
  readonly leftOut: ReadonlyArray<LeftOutFigure>
}

/** A figure that cannot be drawn of what the cells published: it is left out, and nothing else with it. */
class FigureRefused extends Schema.TaggedError<FigureRefused>()("FigureRefused", { reason: Schema.String }) {}

const artifactOf = (node: AnyNode): Artifact<unknown> => (node._tag === "StageNode" ? node.stage.output : node.artifact)

/** The value that a cell published under a name; undefined where there is none that can be read. */
const publishedValue = Effect.fnUntraced(function* (cell: Cell, published: RunCell | undefined, name: string) {
  const node = cell.outputs[name]
  const hash = published?.outputs[name]
  if (node === undefined || hash === undefined) return undefined
  const artifacts = yield* ArtifactStore
  // Damaged bytes were dropped and told by the read: the next run computes them again.
  const value = yield* Effect.exit(Effect.flatMap(artifacts.get(hash), (bytes) => artifactOf(node).decode(bytes)))
  return Exit.isSuccess(value) ? { value: value.value } : undefined
})

/** What a figure's function picks of the values that the cells published. */
const dataOf = Effect.fnUntraced(function* <A>(
  spec: CurvesSpec | ScatterSpec,
  read: (value: unknown) => A,
  cells: ReadonlyArray<Cell>,
  published: ReadonlyMap<string, RunCell>
) {
  const data: Array<FigureCellData<A>> = []
  for (const cell of cells) {
    const found = yield* publishedValue(cell, published.get(cell.id), spec.from)
    if (found === undefined) continue
    const picked = yield* Effect.try({
      try: () => read(found.value),
      catch: (cause) =>
        new FigureRefused({
          reason: `its function failed on the output "${spec.from}" of cell ${cell.id}: ${cause instanceof Error ? cause.message : String(cause)}`
        })
    })
    data.push({ labels: cell.labels, seed: cell.seed, data: picked })
  }
  return data
})

const hasCurves = (figure: Drawn): figure is Extract<Drawn, { readonly spec: CurvesSpec }> =>
  figure.spec._tag === "curves"
const hasPoints = (figure: Drawn): figure is Extract<Drawn, { readonly spec: ScatterSpec }> =>
  figure.spec._tag === "scatter"

const inputOf = Effect.fnUntraced(function* (
  figure: Drawn,
  cells: ReadonlyArray<Cell>,
  published: ReadonlyMap<string, RunCell>
) {
  const input: FigureInput = hasCurves(figure)
    ? { ...figure.spec, cells: yield* dataOf(figure.spec, (value) => figure.read(value), cells, published) }
    : hasPoints(figure)
      ? { ...figure.spec, cells: yield* dataOf(figure.spec, (value) => figure.read(value), cells, published) }
      : figure.spec
  return input
})

/** Draws the figures that are no nodes. `table`: null where the experiment declares none. */
export const drawnFigures = Effect.fnUntraced(function* (
  expansion: Expansion,
  { cells }: Published,
  table: ReportTable | null
) {
  const nothing: Figures = { drawn: [], leftOut: [] }
  if (expansion.drawn.length === 0) return nothing
  const { drawFigures, isMeant, NO_TABLE } = yield* Effect.promise(() => import("../report/figures/index.ts"))
  const byCell = new Map(cells.map((each) => [each.cell, each]))
  const inputs: Array<FigureInput> = []
  const refused: Array<LeftOutFigure> = []
  for (const figure of expansion.drawn) {
    const { file, title, where } = figure.spec
    const meant = expansion.cells.filter(({ labels }) => isMeant(labels, where))
    const input = yield* Effect.result(inputOf(figure, meant, byCell))
    if (Result.isSuccess(input)) inputs.push(input.success)
    else refused.push({ file, title, reason: input.failure.reason })
  }
  const { drawn, leftOut } = drawFigures(inputs, table ?? { ...NO_TABLE, axes: expansion.axes })
  const figures: Figures = { drawn, leftOut: [...refused, ...leftOut] }
  return figures
})

/** A picture of a run. */
export interface RunFigure {
  readonly file: string
  readonly bytes: Uint8Array
}

/** The bytes of those that nodes made. */
const madeFigures = Effect.fnUntraced(function* ({ figures }: Expansion, { cells }: Published) {
  const artifacts = yield* ArtifactStore
  const made: Array<RunFigure> = []
  for (const { cell, file } of figures) {
    const hash = cells.find((each) => each.cell === cell)?.outputs[file]
    if (hash === undefined) continue
    const bytes = yield* Effect.exit(artifacts.get(hash))
    if (Exit.isSuccess(bytes)) made.push({ file, bytes: bytes.value })
  }
  return made
})

/** All there are, as files, and what was left out. */
export const figuresOf = Effect.fnUntraced(function* (
  expansion: Expansion,
  published: Published,
  table: ReportTable | null
) {
  const { drawn, leftOut } = yield* drawnFigures(expansion, published, table)
  const utf8 = new TextEncoder()
  const files: ReadonlyArray<RunFigure> = [
    ...(yield* madeFigures(expansion, published)),
    ...drawn.map(({ file, svg }) => ({ file, bytes: utf8.encode(svg) }))
  ]
  return { files, leftOut }
})

/** Writes all there are into a folder: their paths, and what was left out. */
export const writeFigures = Effect.fnUntraced(function* (
  expansion: Expansion,
  published: Published,
  table: ReportTable | null,
  folder: string
) {
  const { files, leftOut } = yield* figuresOf(expansion, published, table)
  if (files.length > 0) yield* makeFolder(folder)
  const written: Array<string> = []
  for (const { bytes, file } of files) {
    const path = join(folder, file)
    yield* writeBytes(path, bytes)
    written.push(path)
  }
  return { written, leftOut }
})
