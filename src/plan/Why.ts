/**
 * Why a node runs (or last ran): the smallest difference between its key record and the nearest one that the store
 * holds, followed through differing inputs to the cause.
 */
import type { ArtifactHash, Key } from "../domain/Hash.ts"
import type { KeyRecord } from "../domain/KeyRecord.ts"
import type { Dag, DagNode } from "./Dag.ts"
import { type Difference, differences, nearest } from "./Difference.ts"
import { recordOf } from "./Keys.ts"
import { codeOf, inputArtifacts, type NodeStatus, type Plan, type Sources } from "./Plan.ts"

/** A trace with its record parsed. */
export interface KnownTrace {
  readonly key: Key
  readonly artifact: ArtifactHash
  readonly record: KeyRecord
  /** Milliseconds since the Unix epoch. */
  readonly at: number
  /** When the run that computed it began; `at` where that is not known. */
  readonly since?: number
}

/** The store's traces of a stage, newest first. */
export type TracesOf = (stage: string) => ReadonlyArray<KnownTrace>

export interface Cause {
  readonly difference: Difference
  /** For an input computed by another node: what differs there. */
  readonly because: ReadonlyArray<Cause>
  /** The stage that makes the differing input, or the path of the file. */
  readonly source?: string
  /** What the source is, where it is not a stage. */
  readonly outside?: "file" | "variable"
}

export interface Explanation {
  readonly node: string
  readonly stage: string
  readonly status: NodeStatus
  /**
   * `first`: nothing of this stage was ever computed. `waits`: an input has to run first. `same`: nothing of it was
   * computed before the run that computed this node. `forced`: it runs whatever is known.
   */
  readonly verdict: "first" | "waits" | "differs" | "same" | "forced"
  /** The nearest earlier computation, where there is one. */
  readonly nearest?: { readonly key: Key; readonly at: number }
  readonly causes: ReadonlyArray<Cause>
  /** The nodes that an undecided node waits for. */
  readonly waitsFor: ReadonlyArray<string>
}

const explainDifferences = (
  plan: Plan,
  sources: Sources,
  traces: TracesOf,
  node: DagNode,
  found: ReadonlyArray<Difference>
): ReadonlyArray<Cause> =>
  found.map((difference): Cause => {
    if (difference.kind !== "input") return { difference, because: [] }
    const wired = node.inputs[node.inputNames.indexOf(difference.name)]
    if (wired === undefined) return { difference, because: [] }
    const external = wired < 0 ? plan.dag.externals[-1 - wired] : undefined
    if (external !== undefined)
      return {
        difference,
        because: [],
        source: external.path,
        outside: external.kind === "variable" ? "variable" : "file"
      }
    const upstream = plan.dag.nodes[wired]
    if (upstream === undefined) return { difference, because: [] }
    const producers = traces(upstream.stage.name).filter((trace) => trace.artifact === difference.from)
    const record = currentRecord(plan, sources, upstream)
    const closest = record === undefined ? undefined : nearest(producers, record)
    return {
      difference,
      because: closest === undefined ? [] : explainDifferences(plan, sources, traces, upstream, closest.differences),
      source: upstream.stage.name
    }
  })

const currentRecord = (plan: Plan, sources: Sources, node: DagNode): KeyRecord | undefined => {
  const inputs = inputArtifacts(node, plan.artifacts, sources.externals)
  return inputs === undefined ? undefined : recordOf(node, codeOf(node, sources.code), inputs)
}

/** What differs from the nearest trace whatever the inputs that have to run first come out as. */
const certainCauses = (
  plan: Plan,
  sources: Sources,
  traces: TracesOf,
  node: DagNode,
  known: ReadonlyArray<KnownTrace>
): ReadonlyArray<Cause> => {
  const artifactOf = (wired: number) => (wired < 0 ? sources.externals[-1 - wired] : plan.artifacts[wired])
  const awaited = new Set(node.inputNames.filter((_, at) => artifactOf(node.inputs[at] ?? 0) === undefined))
  const closest = known.reduce<ReadonlyArray<Difference> | undefined>((best, { record: earlier }) => {
    // An input that is awaited counts as if it came out as before.
    const inputs = node.inputNames.map((name, at) => artifactOf(node.inputs[at] ?? 0) ?? earlier.inputs[name])
    if (inputs.some((input) => input === undefined)) return best
    const record = recordOf(node, codeOf(node, sources.code), inputs as ReadonlyArray<ArtifactHash>)
    const found = differences(earlier, record)
    return best === undefined || found.length < best.length ? found : best
  }, undefined)
  const certain = (closest ?? []).filter((each) => each.kind !== "input" || !awaited.has(each.name))
  return explainDifferences(plan, sources, traces, node, certain)
}

/** Explains one node of a plan. */
export const explain = (plan: Plan, sources: Sources, traces: TracesOf, index: number): Explanation => {
  const node = plan.dag.nodes[index] as DagNode
  const status = plan.status[index] as NodeStatus
  const base = { node: node.id, stage: node.stage.name, status }
  const record = currentRecord(plan, sources, node)
  const known = traces(node.stage.name)
  if (record === undefined) {
    const waitsFor = node.inputs.flatMap((input) => {
      const upstream = input < 0 ? undefined : plan.dag.nodes[input]
      return upstream !== undefined && plan.status[upstream.index] !== "hit" ? [upstream.id] : []
    })
    if (known.length === 0) return { ...base, verdict: "first", causes: [], waitsFor }
    return { ...base, verdict: "waits", causes: certainCauses(plan, sources, traces, node, known), waitsFor }
  }
  if (sources.force?.has(node.stage.name)) return { ...base, verdict: "forced", causes: [], waitsFor: [] }
  const own = plan.keys[index]
  const current = known.find((trace) => trace.key === own)
  // A node that is known is compared with what was there before the run that computed it: not with its own siblings.
  const before = current === undefined ? Number.POSITIVE_INFINITY : (current.since ?? current.at)
  const earlier = known.filter((trace) => trace.key !== own && trace.at < before)
  const closest = nearest(earlier, record)
  if (closest === undefined)
    return { ...base, verdict: current === undefined ? "first" : "same", causes: [], waitsFor: [] }
  return {
    ...base,
    verdict: "differs",
    nearest: { key: closest.candidate.key, at: closest.candidate.at },
    causes: explainDifferences(plan, sources, traces, node, closest.differences),
    waitsFor: []
  }
}

/** The nodes that a cell needs, in topological order. */
export const nodesOfCell = (dag: Dag, cell: number): ReadonlyArray<DagNode> =>
  dag.nodes.filter((node) => node.cells.includes(cell))
