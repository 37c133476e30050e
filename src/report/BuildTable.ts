/** From the metrics of every cell to the table of results. */
import { createHash } from "node:crypto"
import * as CellId from "../domain/CellId.ts"
import type { TableSpec } from "../domain/TableSpec.ts"
import { aggregateSentences, aggregatesOf } from "./Aggregates.ts"
import { baselinesOf } from "./Baseline.ts"
import { withBest } from "./Best.ts"
import { tableCell } from "./CellFigures.ts"
import type { CellOutcome } from "./CellOutcome.ts"
import { findings, VERDICT_RULE } from "./Claims.ts"
import { withDifferences } from "./Differences.ts"
import { effectsOf } from "./Effects.ts"
import { effectNotes } from "./EffectTexts.ts"
import { failureNotes } from "./FailureNotes.ts"
import { findingNotes } from "./FindingTexts.ts"
import { nearnessOf, withReferenceDistances } from "./ReferenceDistance.ts"
import type { ReportColumn, ReportRow, ReportTable } from "./ReportTable.ts"
import { rowAxes } from "./RowAxes.ts"
import { smallestDifference, tableStatistics } from "./TableStatistics.ts"
import { type TestRows, testRowsOf } from "./TestRows.ts"

export interface TableMeta {
  readonly experiment: string
  readonly runId: string | null
  /** What the experiment calls its seeds; default `seed`. */
  readonly seedAxis?: string | null
  /** Sentences after those of the specification: data, vectors, split, backend, stand-ins. */
  readonly caption?: ReadonlyArray<string>
  /** Things the stages counted: missing words, slips of the paper. */
  readonly notes?: ReadonlyArray<string>
  /** What {@link testRowsOf} gives of the same specification and cells, where it is known already. */
  readonly testRows?: TestRows | undefined
}

const DEFAULT_DIGITS = 4

const bySeed = (left: CellOutcome, right: CellOutcome): number =>
  left.seed === null ? (right.seed === null ? 0 : -1) : right.seed === null ? 1 : left.seed - right.seed

/** Length-prefixed, so that no two lists of parts share an encoding. */
const contentHash = (parts: ReadonlyArray<string>): string => {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part},`)
  return hash.digest("hex")
}

/**
 * Builds the table. Rows stand in the order of their first cell; the values of a row in ascending seed order. Undefined
 * and failed figures are left out, counted and noted; nothing that is not finite gets in. A reference row applies to all
 * rows whose labels agree with all of its own. The content hash covers row, seed and metric artifact of every cell.
 */
export const buildTable = (spec: TableSpec, cells: ReadonlyArray<CellOutcome>, meta: TableMeta): ReportTable => {
  const axes = rowAxes(spec, cells)
  const testRows = meta.testRows ?? testRowsOf(spec, cells)
  const groups = new Map<string, Array<CellOutcome>>()
  for (const cell of cells) {
    const id = CellId.ofLabels(cell.labels, axes)
    const group = groups.get(id)
    if (group === undefined) groups.set(id, [cell])
    else group.push(cell)
  }
  const parts: Array<string> = []
  const plain = [...groups].map(([id, group]): ReportRow => {
    const ordered = group.toSorted(bySeed)
    for (const cell of ordered) parts.push(id, `${cell.seed}`, cell.metrics === null ? "failed" : cell.outputs)
    const labels = Object.fromEntries(axes.map((axis) => [axis, ordered[0]?.labels[axis] ?? ""]))
    const reference = spec.reference?.rows.find((candidate) =>
      Object.entries(candidate.labels).every(([axis, value]) => labels[axis] === value)
    )
    return {
      id,
      labels,
      cells: Object.fromEntries(
        spec.columns.map((column) => {
          const own = testRows?.cells[id]?.[column.metric]?.own
          const rows = own === undefined || testRows === undefined ? undefined : { ...own, by: testRows.by }
          return [column.metric, tableCell(ordered, column, reference, rows)]
        })
      )
    }
  })
  const { baseline } = spec
  const baselines = baselinesOf(plain, axes, baseline)
  const compared = withDifferences(plain, baselines, testRows)
  const unmatched =
    baseline === undefined ? [] : plain.filter((row) => !baselines.isBaseline(row) && baselines.of(row) === undefined)
  const baselineName = baseline === undefined ? "" : Object.values(baseline).join(" · ")
  const added = axes.filter((axis) => !spec.rows.includes(axis))
  const columns = spec.columns.map(
    (column): ReportColumn => ({
      id: column.metric,
      label: column.label,
      ...(column.unit === undefined ? {} : { unit: column.unit }),
      ...(column.group === undefined ? {} : { group: column.group }),
      digits: column.digits ?? DEFAULT_DIGITS,
      ...(column.kind === undefined ? {} : { kind: column.kind }),
      ...(column.better === undefined ? {} : { better: column.better }),
      ...(baseline === undefined ? {} : { smallest: smallestDifference(compared.rows, column.metric) }),
      ...(column.beside === undefined ? {} : { beside: column.beside })
    })
  )
  const measured = spec.reference?.distance === true ? spec.reference : undefined
  const best = withBest(compared.rows, columns, baselines)
  const rows = measured === undefined ? best : withReferenceDistances(best, columns, measured)
  const nearness = measured === undefined ? undefined : nearnessOf(rows, axes, measured)
  const found = findings(spec.claims ?? [], rows, columns, baselines)
  const aggregates = spec.aggregates === undefined ? [] : aggregatesOf(spec.aggregates, rows, columns, baseline)
  const effects =
    spec.effects === undefined ? undefined : effectsOf(spec.effects, compared.rows, columns, { axes, baseline })
  const effectLines = effects === undefined ? [] : effectNotes(effects, columns)
  const statistics = tableStatistics(rows, columns, { baseline: baselineName, family: compared.family })
  const failures = failureNotes(cells, axes, meta.seedAxis ?? "seed")
  const captions = meta.caption ?? []
  return {
    experiment: meta.experiment,
    runId: meta.runId,
    title: spec.title,
    caption: [...(spec.sources ?? []), ...spec.caption, ...captions],
    sources: [...(spec.sources ?? spec.caption), ...captions],
    findings: found,
    ...(found.length === 0 ? {} : { verdictRule: VERDICT_RULE }),
    failures,
    notes: [
      ...findingNotes(found, columns),
      ...(found.length === 0 ? [] : [VERDICT_RULE]),
      ...effectLines,
      ...(testRows?.astray ?? []).map(
        (metric) => `The contributions published of ${metric} do not give its figure; its intervals cover seeds alone.`
      ),
      ...(meta.notes ?? []),
      ...(added.length === 0
        ? []
        : [`Rows are split by ${added.join(", ")} too: it varies within the rows asked for.`]),
      ...(unmatched.length === 0
        ? []
        : [`${unmatched.length} of ${plain.length} rows have no baseline row (${baselineName}) to be compared with.`]),
      ...failures
    ],
    axes,
    columns,
    rows,
    statistics: {
      ...statistics,
      sentences: [
        ...statistics.sentences,
        ...(spec.aggregates === undefined ? [] : aggregateSentences(aggregates, columns, spec.aggregates))
      ]
    },
    ...(spec.aggregates === undefined ? {} : { aggregates }),
    ...(effects === undefined ? {} : { effects: effects.found, effectLines }),
    ...(baseline === undefined ? {} : { baseline: baselineName }),
    ...(spec.reference === undefined ? {} : { referenceLabel: spec.reference.label }),
    ...(nearness === undefined ? {} : { nearness }),
    ...(spec.headline === undefined ? {} : { headline: spec.headline }),
    contentHash: contentHash(parts)
  }
}
