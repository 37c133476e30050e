/** Everything that a report page shows of a run, read from the store. */
import { extname } from "node:path"
import { Effect } from "effect"
import type { Expansion } from "../../declare/Experiment.ts"
import type { RunRecord } from "../../domain/RunRecord.ts"
import * as Dag from "../../plan/Dag.ts"
import { stageGraph } from "../../plan/StageGraph.ts"
import { findingNotes } from "../../report/FindingTexts.ts"
import type { PageData, PageFigure, PageGraph, PageNode } from "../../report/page/PageData.ts"
import { RunHistory } from "../../store/index.ts"
import { figuresOf, type RunFigure } from "../Figures.ts"
import { latestRun, runById } from "../FindRun.ts"
import { layOut } from "../GraphLayout.ts"
import { cellsOfRun, latestCells } from "../LatestCells.ts"
import { expansionOf, expansionOfRun } from "../OpenExperiment.ts"
import type { Project } from "../Project.ts"
import { tableOf } from "../Results.ts"
import { UsageError } from "../UsageError.ts"
import { cellsWithNodes } from "./PageCells.ts"
import { curvesOfCells } from "./PageCurves.ts"
import { factsOf, type Provenance, provenanceOf } from "./Provenance.ts"

export interface PageRequest {
  readonly experiment: string
  /** Default: the latest that is over; where the page is live, the latest. */
  readonly run?: string | undefined
  readonly isLive: boolean
}

export interface Page {
  readonly data: PageData
  readonly figures: ReadonlyArray<RunFigure>
  readonly provenance: Provenance
  /** Cells whose stored metrics were damaged. */
  readonly damaged: ReadonlyArray<string>
}

const mediaTypes: { readonly [extension: string]: string } = {
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp"
}

export const mediaTypeOf = (file: string): string =>
  mediaTypes[extname(file).toLowerCase()] ?? "application/octet-stream"

/** Those that a browser can draw. */
const shown = ({ bytes, file }: RunFigure): ReadonlyArray<PageFigure> => {
  const type = mediaTypeOf(file)
  return type.startsWith("image/")
    ? [{ file, url: `data:${type};base64,${Buffer.from(bytes).toString("base64")}` }]
    : []
}

/** The run that a page is about: of this experiment, whatever was asked for. */
const runOf = Effect.fnUntraced(function* (
  experiment: { readonly name: string; readonly file: string },
  { isLive, run }: PageRequest
) {
  if (run === undefined) {
    const newest = isLive ? yield* (yield* RunHistory).latestRun(experiment) : undefined
    return newest ?? (yield* latestRun(experiment))
  }
  const found = yield* runById(run)
  if (found.experiment !== experiment.name)
    return yield* new UsageError({
      text: `run ${found.id} is of experiment "${found.experiment}", not "${experiment.name}"`
    })
  return found
})

/** The pipeline of the cells that the run has, with how many of each stage's nodes it has from where. */
const graphOf = Effect.fnUntraced(function* (
  { cells }: Expansion,
  asked: ReadonlySet<string>,
  nodes: ReadonlyArray<PageNode>
) {
  const graph = stageGraph(yield* Effect.sync(() => Dag.build(cells.filter(({ id }) => asked.has(id)))))
  const placed = yield* Effect.promise(() => layOut(graph, { height: 44 }))
  const byStage = Map.groupBy(nodes, ({ stage }) => stage)
  const page: PageGraph = {
    width: placed.width,
    height: placed.height,
    boxes: placed.boxes.map(({ height, kind, label, nodes: count, title, width, x, y }) => {
      const known = kind === "stage" ? (byStage.get(label) ?? []) : []
      const cached = known.filter(({ isCached }) => isCached).length
      return {
        kind,
        label: title,
        x,
        y,
        width,
        height,
        cached,
        computed: known.length - cached,
        missing: kind === "stage" ? Math.max(0, count - known.length) : 0
      }
    }),
    edges: placed.edges.map(({ inputs, points }) => ({ label: inputs.join(", "), points }))
  }
  return page
})

const isDone = ({ outputs }: { readonly outputs: Readonly<Record<string, string>> }) => outputs.metrics !== undefined

/** Finds the run, builds its table, and gathers what is behind it. */
export const pageOf = Effect.fnUntraced(function* (project: Project, request: PageRequest) {
  const declared = yield* expansionOf(project, request.experiment, {})
  const run: RunRecord = yield* runOf({ name: declared.experiment.name, file: declared.file }, request)
  // The run's own settings give its grid.
  const { expansion } = yield* expansionOfRun(project, request.experiment, run)
  const isWhole = request.run === undefined && !request.isLive
  const found = yield* isWhole ? latestCells(expansion, run) : cellsOfRun(expansion, run)
  const { damaged, table } = yield* tableOf(expansion, run, found)
  const { cells, nodes, variants } = yield* cellsWithNodes(
    run,
    expansion.cells,
    found.cells,
    table,
    expansion.table?.baseline
  )
  const curves = yield* curvesOfCells(found.cells)
  const { files: figures } = yield* figuresOf(expansion, found, table)
  const provenance = provenanceOf(run, project.root)
  const asked = new Set(cells.map(({ id }) => id))
  const told = new Set([
    ...findingNotes(table.findings, table.columns),
    ...table.failures,
    ...(table.effectLines ?? [])
  ])
  // The provenance has it, without places of this machine.
  const { basis: _, ...recorded } = run
  const data: PageData = {
    description: declared.experiment.description,
    run: recorded,
    progress: {
      done: found.cells.filter(isDone).length,
      all: run.status === "running" && run.only === "" ? expansion.cells.length : asked.size
    },
    isLive: request.isLive,
    table,
    notes: table.notes.filter((text) => !told.has(text)),
    variants,
    cells: cells.map((cell) => {
      const own = curves.get(cell.id)
      return own === undefined ? cell : { ...cell, curves: own }
    }),
    nodes,
    figures: figures.flatMap(shown),
    graph: yield* graphOf(
      expansion,
      run.status === "running" ? new Set(expansion.cells.map(({ id }) => id)) : asked,
      nodes
    ),
    provenance: factsOf(run, table, provenance)
  }
  const page: Page = { data, figures, provenance, damaged }
  return page
})
