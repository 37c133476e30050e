/**
 * Why a node runs (or last ran): the smallest difference between its key record and the nearest one that the store
 * holds, followed through differing inputs to the cause.
 */
import type { ArtifactHash, Key } from "../domain/Hash.ts"
import type { KeyRecord } from "../domain/KeyRecord.ts"
import { type Cause, followerOf } from "./Causes.ts"
import type { Dag, DagNode } from "./Dag.ts"
import { recordOf } from "./Keys.ts"
import { type Nearest, searchIn } from "./Nearest.ts"
import { artifactOf, codeOf, inputArtifacts, type NodeStatus, type Plan, type Sources } from "./Plan.ts"

export type { Cause } from "./Causes.ts"

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

/** What is known of one node. */
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

/** A value for each key, made when it is first asked for. */
const remembered = <K, V>(make: (key: K) => V) => {
  const known = new Map<K, V>()
  return (key: K): V => {
    const value = known.get(key) ?? make(key)
    known.set(key, value)
    return value
  }
}

/** A stage's traces, and searches among those of them that a question is about. */
const historyOf = (traces: ReadonlyArray<KnownTrace>) => {
  const byKey = new Map(traces.map((trace) => [trace.key, trace]))
  const byArtifact = Map.groupBy(traces, (trace) => trace.artifact)
  return {
    isEmpty: traces.length === 0,
    traceOf: (key: Key | undefined) => (key === undefined ? undefined : byKey.get(key)),
    thatGave: remembered((artifact: ArtifactHash) => searchIn(byArtifact.get(artifact) ?? [])),
    before: remembered((at: number) => searchIn(traces.filter((trace) => trace.at < at))),
    /** Without regard to some inputs, named in one text. */
    without: remembered((names: string) => searchIn(traces, new Set(names.split("\n"))))
  }
}

/** The node's record as it is now, or undefined while an input is not known. */
const currentRecord = (plan: Plan, sources: Sources, node: DagNode): KeyRecord | undefined => {
  const inputs = inputArtifacts(node, plan.artifacts, sources.externals)
  return inputs === undefined ? undefined : recordOf(node, codeOf(node, sources.code), inputs)
}

const noKeys: ReadonlyArray<Key> = []

/**
 * Explains the nodes of a plan, each by its index. What one explanation found out serves the others. `own`: the keys that a
 * node's own cells had before. What they had is nearer than what is like it: it says what has changed.
 */
export const explainer = (
  plan: Plan,
  sources: Sources,
  traces: TracesOf,
  own: (node: DagNode) => ReadonlyArray<Key> = () => noKeys
) => {
  const history = remembered((stage: string) => historyOf(traces(stage)))

  /** Of the keys that cells had, the traces of one stage, the latest first. All nodes of a cell have one list of keys. */
  const ownHistory = remembered((keys: ReadonlyArray<Key>) => {
    const distinct = [...new Set(keys)]
    return remembered((stage: string) => historyOf(distinct.flatMap((key) => history(stage).traceOf(key) ?? [])))
  })
  const ownOf = (node: DagNode) => ownHistory(own(node))(node.stage.name)

  const nearestTo = (node: DagNode, earlier: ReadonlyArray<Nearest<KnownTrace> | undefined>) => {
    const record = currentRecord(plan, sources, node)
    if (record === undefined) return undefined
    const known = history(node.stage.name)
    const current = known.traceOf(plan.keys[node.index])
    // A node that is known is compared with what was there before the run that computed it: not with its own siblings.
    const before = current === undefined ? Number.POSITIVE_INFINITY : (current.since ?? current.at)
    // Of a long chain many are as near: the one is meant that had the inputs which this node's inputs were.
    const inputs: Record<string, ArtifactHash> = { ...record.inputs }
    for (const [at, name] of node.inputNames.entries()) {
      const wire = node.inputs[at]
      const was = wire?._tag === "Node" ? earlier[wire.index]?.candidate.artifact : undefined
      if (was !== undefined) inputs[name] = was
    }
    const expected = { ...record, inputs }
    return ownOf(node).before(before)(record, expected) ?? known.before(before)(record, expected)
  }
  const nearest: Array<Nearest<KnownTrace> | undefined> = []
  /** The nearest earlier computation of a node, found after those of its inputs. */
  const earlierOf = (index: number): Nearest<KnownTrace> | undefined => {
    for (const node of plan.dag.nodes.slice(nearest.length, index + 1)) nearest.push(nearestTo(node, nearest))
    return nearest[index]
  }

  const causesOf = followerOf(plan, {
    nearest: (node) => {
      const earlier = earlierOf(node.index)
      return earlier === undefined
        ? undefined
        : { artifact: earlier.candidate.artifact, differences: earlier.differences }
    },
    thatGave: ({ from, node }) => {
      const record = currentRecord(plan, sources, node)
      return record === undefined ? [] : (history(node.stage.name).thatGave(from)(record)?.differences ?? [])
    }
  })

  /** What differs from the nearest trace whatever the inputs that have to run first come out as. */
  const certainCauses = (node: DagNode): ReadonlyArray<Cause> => {
    const inputs: Record<string, ArtifactHash> = {}
    const awaited: Array<string> = []
    for (const [at, name] of node.inputNames.entries()) {
      const wire = node.inputs[at]
      const artifact = wire === undefined ? undefined : artifactOf(wire, plan.artifacts, sources.externals)
      if (artifact === undefined) awaited.push(name)
      else inputs[name] = artifact
    }
    const record: KeyRecord = { ...recordOf(node, codeOf(node, sources.code), []), inputs }
    const mine = ownOf(node)
    const closest = (mine.isEmpty ? history(node.stage.name) : mine).without(awaited.join("\n"))(record)
    return closest === undefined ? [] : causesOf(node, closest.differences)
  }

  return (index: number): Explanation => {
    const node = plan.dag.nodes[index] as DagNode
    const status = plan.status[index] as NodeStatus
    const base = { node: node.id, stage: node.stage.name, status }
    const record = currentRecord(plan, sources, node)
    const known = history(node.stage.name)
    if (record === undefined) {
      const waitsFor = node.inputs.flatMap((input) =>
        input._tag === "Node" && plan.status[input.index] !== "hit" ? [input.id] : []
      )
      if (known.isEmpty) return { ...base, verdict: "first", causes: [], waitsFor }
      return { ...base, verdict: "waits", causes: certainCauses(node), waitsFor }
    }
    if (sources.force?.has(node.stage.name)) return { ...base, verdict: "forced", causes: [], waitsFor: [] }
    const closest = earlierOf(index)
    if (closest === undefined) {
      const isKnown = known.traceOf(plan.keys[index]) !== undefined
      return { ...base, verdict: isKnown ? "same" : "first", causes: [], waitsFor: [] }
    }
    return {
      ...base,
      verdict: "differs",
      nearest: { key: closest.candidate.key, at: closest.candidate.at },
      causes: causesOf(node, closest.differences),
      waitsFor: []
    }
  }
}

/** The nodes that a cell needs, in topological order. */
export const nodesOfCell = (dag: Dag, cell: number): ReadonlyArray<DagNode> =>
  dag.nodes.filter((node) => node.cells.includes(cell))
