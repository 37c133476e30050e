/**
 * From a figure back to what it was made from: the artifact that says it, the node behind that with its key, code and config,
 * its inputs, and so on to the user's files. Everything is read from the store: the experiment's file need not be there.
 */
import { Effect, Exit, Option, Schema } from "effect"
import type { ArtifactHash, Key } from "../domain/Hash.ts"
import { KeyRecord } from "../domain/KeyRecord.ts"
import { Metrics } from "../domain/Metrics.ts"
import type { RunCell, RunRecord } from "../domain/RunRecord.ts"
import { manifest } from "../plan/CodeHash.ts"
import { ArtifactStore, Memo, RunHistory, TraceStore } from "../store/index.ts"
import type { FigureTrace, TracedFigure, TracedInput, TracedNode } from "./TracedFigure.ts"

/** A cell and the run that its figures are taken from. */
export interface SourceCell {
  readonly cell: RunCell
  /** The cell without its seed; the cell itself where the experiment cannot be asked. */
  readonly variant: string
  readonly run: RunRecord
}

const parseRecord = Schema.decodeUnknownOption(Schema.fromJsonString(KeyRecord))
const decodeMetrics = Schema.decodeUnknownOption(Schema.fromJsonString(Metrics))

/** What a cell published as metrics; undefined where there is none that can be read. */
export const metricsOf = Effect.fnUntraced(function* ({ outputs }: RunCell) {
  const artifacts = yield* ArtifactStore
  if (outputs.metrics === undefined) return undefined
  const bytes = yield* Effect.exit(artifacts.get(outputs.metrics))
  return Exit.isSuccess(bytes) ? Option.getOrUndefined(decodeMetrics(new TextDecoder().decode(bytes.value))) : undefined
})

const isOutside = (name: string): boolean => !name.startsWith("stage ") && !name.startsWith("numerics ")

/** What the run had from outside, by the hash of its content. */
const outsideOf = ({ basis = {} }: RunRecord): ReadonlyMap<string, ReadonlyArray<string>> => {
  const named = Object.entries(basis).filter(([name]) => isOutside(name))
  const byHash = Map.groupBy(named, ([, hash]) => hash)
  return new Map([...byHash].map(([hash, entries]) => [hash, entries.map(([name]) => name)]))
}

interface Known {
  readonly key: Key
  readonly record: KeyRecord
  readonly artifact: ArtifactHash
  readonly at: number
  readonly durationMs: number
}

/** The nodes of a cell, as the store knows them, in the order of the run's plan. */
const nodesOf = Effect.fnUntraced(function* ({ cell, run }: SourceCell) {
  const keys = yield* (yield* RunHistory).keysOf(run.id)
  const own = cell.nodes.flatMap((index) => keys[index] ?? [])
  const traces = yield* (yield* TraceStore).get(own)
  return own.flatMap((key): ReadonlyArray<Known> => {
    const trace = traces.get(key)
    const record = trace === undefined ? undefined : Option.getOrUndefined(parseRecord(trace.record))
    if (trace === undefined || record === undefined) return []
    return [{ key, record, artifact: trace.artifact, at: trace.at, durationMs: trace.durationMs }]
  })
})

/** What the store has of each node. */
const described = Effect.fnUntraced(function* (
  { artifact, at, durationMs, key, record }: Known,
  inputs: ReadonlyArray<TracedInput>
) {
  const memo = yield* Memo
  const { code, config, numerics, stage } = record
  const info = yield* Effect.exit((yield* ArtifactStore).stat(artifact))
  const known = code.startsWith("code:") ? yield* manifest(memo, code.slice("code:".length)) : undefined
  const node: TracedNode = {
    key,
    stage,
    artifact,
    kept: Exit.isSuccess(info) ? { kind: info.value.kind, size: info.value.size } : null,
    code,
    packages: known?.packages ?? null,
    assets: known?.assets ?? [],
    config,
    numerics: numerics ?? null,
    computedAt: at,
    durationMs,
    inputs
  }
  return node
})

/** Walks from the figures of cells to what they were made from. */
export const traceOf = Effect.fnUntraced(function* (metric: string, cells: ReadonlyArray<SourceCell>) {
  const figures: Array<TracedFigure> = []
  const nodes = new Map<Key, TracedNode>()
  for (const source of cells) {
    const { cell, run, variant } = source
    const artifact = cell.outputs.metrics ?? null
    const metrics = yield* metricsOf(cell)
    const measure = metrics?.[metric] ?? null
    const known = yield* nodesOf(source)
    const outside = outsideOf(run)
    // Of nodes that gave the same, the last before it is meant.
    const maker = (hash: ArtifactHash | null, before: number) =>
      known.slice(0, before).findLastIndex((node) => node.artifact === hash)
    const last = maker(artifact, known.length)
    const needed = new Set<number>(last < 0 ? [] : [last])
    for (let index = last; index >= 0; index--) {
      const node = known[index]
      if (node === undefined || !needed.has(index)) continue
      for (const hash of Object.values(node.record.inputs)) {
        const at = maker(hash, index)
        if (at >= 0) needed.add(at)
      }
    }
    for (const index of [...needed].sort((a, b) => a - b)) {
      const node = known[index]
      if (node === undefined || nodes.has(node.key)) continue
      const inputs = Object.entries(node.record.inputs).map(([name, hash]): TracedInput => {
        const from = known[maker(hash, index)]
        return from === undefined
          ? { _tag: "Outside", name, hash, sources: outside.get(hash) ?? [] }
          : { _tag: "Node", name, artifact: hash, key: from.key }
      })
      nodes.set(node.key, yield* described(node, inputs))
    }
    figures.push({
      cell: cell.cell,
      variant,
      run,
      measure,
      reason:
        measure !== null
          ? null
          : (cell.failure ??
            (artifact === null
              ? "not computed"
              : metrics === undefined
                ? "its metrics are no longer in the store"
                : `the cell publishes no "${metric}"`)),
      artifact,
      key: known[last]?.key ?? null
    })
  }
  const trace: FigureTrace = { metric, figures, nodes: [...nodes.values()] }
  return trace
})
