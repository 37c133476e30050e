/** What is behind the cells of a run: their nodes, from the traces, and what tells one row's config from another's. */
import { Effect, Option, Schema } from "effect"
import type { Cell } from "../../declare/Experiment.ts"
import * as CellId from "../../domain/CellId.ts"
import type { Key } from "../../domain/Hash.ts"
import { KeyRecord } from "../../domain/KeyRecord.ts"
import type { RunCell, RunRecord } from "../../domain/RunRecord.ts"
import { inputDifferences, type NodeSummary } from "../../report/InputDifferences.ts"
import { baselineRows } from "../../report/page/BaselineRows.ts"
import type { PageCell, PageNode, PageVariant } from "../../report/page/PageData.ts"
import type { ReportTable } from "../../report/ReportTable.ts"
import { RunHistory, RunJournal, TraceStore } from "../../store/index.ts"
import { byStage } from "../Comparing.ts"

const parseRecord = Schema.decodeUnknownOption(Schema.fromJsonString(KeyRecord))

/** Digits of a hash that a page shows: enough for `ablate show`, and ten thousand cells stay readable by a browser. */
const DIGITS = 16

const brief = (hash: string) => hash.slice(0, DIGITS)

interface RunNodes {
  /** By the index that the run's cells name; undefined where its trace is gone. */
  readonly summaries: ReadonlyArray<NodeSummary | undefined>
  readonly nodes: ReadonlyArray<PageNode | undefined>
}

/** Keys of computations, and which of them each cell needs, by index. */
interface Used {
  readonly keys: ReadonlyArray<Key>
  readonly byCell: ReadonlyMap<string, ReadonlyArray<number>>
}

/** By the lists that a run leaves at its end. */
const usedBy = Effect.fnUntraced(function* (run: RunRecord) {
  const history = yield* RunHistory
  const cells = yield* history.cellsOf(run.id)
  const used: Used = {
    keys: yield* history.keysOf(run.id),
    byCell: new Map(cells.map(({ cell, nodes }) => [cell, nodes]))
  }
  return used
})

/** By the journal of a run that goes on: what it knows by now. */
const usedSoFar = Effect.fnUntraced(function* (run: RunRecord) {
  const { entries } = yield* (yield* RunJournal).read(run.id, 0)
  const keys: Array<Key> = []
  const places = new Map<string, number>()
  for (const entry of entries)
    if (entry._tag === "NodeCached" || entry._tag === "NodeSucceeded") places.set(entry.node, keys.push(entry.key) - 1)
  const byCell = new Map<string, Array<number>>()
  const started = entries.find((entry) => entry._tag === "RunStarted")
  for (const { cells, id } of started?.nodes ?? []) {
    const place = places.get(id)
    if (place === undefined) continue
    for (const cell of cells) {
      const name = started?.cells[cell]?.id ?? ""
      const nodes = byCell.get(name) ?? []
      nodes.push(place)
      byCell.set(name, nodes)
    }
  }
  const used: Used = { keys, byCell }
  return used
})

/** The computations that a run used, as their traces tell. */
const nodesOf = Effect.fnUntraced(function* (run: RunRecord, keys: ReadonlyArray<Key>) {
  const traces = yield* (yield* TraceStore).get(keys)
  const found = keys.map((key) => {
    const trace = traces.get(key)
    const record = trace === undefined ? undefined : Option.getOrUndefined(parseRecord(trace.record))
    if (trace === undefined || record === undefined) return undefined
    const node: PageNode = {
      stage: record.stage,
      key: brief(key),
      code: record.code.startsWith("code:") ? brief(record.code.slice("code:".length)) : record.code,
      artifact: brief(trace.artifact),
      durationMs: trace.durationMs,
      isCached: trace.at < run.startedAt
    }
    return { node, summary: { record, artifact: trace.artifact } }
  })
  const nodes: RunNodes = { summaries: found.map((each) => each?.summary), nodes: found.map((each) => each?.node) }
  return nodes
})

/** The nodes that are there, and where each of the run's indices is among them. */
const compacted = (nodes: RunNodes["nodes"]) => {
  const kept: Array<PageNode> = []
  const places = nodes.map((node) => (node === undefined ? -1 : kept.push(node) - 1))
  return { kept, places }
}

/** How each row differs from its baseline's row, or from the first row where the table has no baseline: by a cell of one seed. */
const variantsOf = (
  table: ReportTable,
  baseline: Readonly<Record<string, string>> | undefined,
  cells: ReadonlyArray<PageCell>,
  nodesBehind: (cell: string) => ReadonlyArray<NodeSummary>
): ReadonlyArray<PageVariant> => {
  const byRow = Map.groupBy(cells, ({ row }) => row)
  const against = baselineRows(table, baseline)
  return table.rows.map((_, row) => {
    const other = against[row] ?? null
    if (other === null || other === row)
      return { against: null, isBaseline: other === row && baseline !== undefined, differences: [] }
    const [left, right] = [byRow.get(other) ?? [], byRow.get(row) ?? []]
    const pair = right.flatMap((cell) => {
      const same = left.find(({ seed }) => seed === cell.seed)
      return same === undefined || same.nodes.length === 0 || cell.nodes.length === 0 ? [] : [[same, cell] as const]
    })[0]
    if (pair === undefined) return { against: other, isBaseline: false, differences: [] }
    const [from, to] = pair
    return {
      against: other,
      isBaseline: false,
      differences: inputDifferences({ "": byStage(nodesBehind(from.id)) }, { "": byStage(nodesBehind(to.id)) }).map(
        ({ from, kind, name, stage, to }) => ({
          stage,
          name: kind === "config" ? name : name === "" ? kind : `${kind} ${name}`,
          from,
          to
        })
      )
    }
  })
}

/** The cells of a table with the nodes behind them. `shown`: as the table has them, which may be of several runs. */
export const cellsWithNodes = Effect.fnUntraced(function* (
  run: RunRecord,
  grid: ReadonlyArray<Cell>,
  shown: ReadonlyArray<RunCell>,
  table: ReportTable,
  baseline: Readonly<Record<string, string>> | undefined
) {
  const { byCell, keys } = yield* run.status === "running" ? usedSoFar(run) : usedBy(run)
  const { nodes, summaries } = yield* nodesOf(run, keys)
  const { kept, places } = compacted(nodes)
  const failures = new Map(shown.map(({ cell, failure }) => [cell, failure]))
  const rows = new Map(table.rows.map(({ id }, at) => [id, at]))
  const cells = grid.flatMap((cell): ReadonlyArray<PageCell> => {
    if (!failures.has(cell.id)) return []
    const failure = failures.get(cell.id)
    return [
      {
        id: cell.id,
        row: rows.get(CellId.ofLabels(cell.labels, table.axes)) ?? null,
        seed: cell.seed,
        nodes: (byCell.get(cell.id) ?? []).flatMap((index) => {
          const place = places[index] ?? -1
          return place < 0 ? [] : [place]
        }),
        ...(failure === undefined ? {} : { failure })
      }
    ]
  })
  const nodesBehind = (cell: string) => (byCell.get(cell) ?? []).flatMap((index) => summaries[index] ?? [])
  return { cells, nodes: kept, variants: variantsOf(table, baseline, cells, nodesBehind) }
})
