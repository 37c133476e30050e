/**
 * The plan: which nodes are known, which run, and which cannot be told yet because an input has to run first (early
 * cutoff may still spare them). Making it computes nothing.
 */
import { Effect } from "effect"
import type { ArtifactHash, Key } from "../domain/Hash.ts"
import type { Dag, DagNode, Wire } from "./Dag.ts"
import { type CodeIdentity, keyOf } from "./Keys.ts"

/** `hit`: its result is known. `run`: it must run. `undecided`: an input is not known yet. */
export type NodeStatus = "hit" | "run" | "undecided"

export interface Sources {
  /** The code identity of each of `dag.stages`, by stage name. */
  readonly code: ReadonlyMap<string, CodeIdentity>
  /** The content hash of each external. */
  readonly externals: ReadonlyArray<ArtifactHash>
  /** Stages whose results are not to be taken from the cache. */
  readonly force?: ReadonlySet<string>
}

/** The artifacts of those of the keys that the store knows. */
export type Lookup<E> = (keys: ReadonlyArray<Key>) => Effect.Effect<ReadonlyMap<Key, ArtifactHash>, E>

export interface Plan {
  readonly dag: Dag
  readonly status: ReadonlyArray<NodeStatus>
  /** Known as soon as every input's artifact is. */
  readonly keys: ReadonlyArray<Key | undefined>
  readonly artifacts: ReadonlyArray<ArtifactHash | undefined>
  readonly counts: { readonly hit: number; readonly run: number; readonly undecided: number }
}

/** What a wire brings; undefined while it is not known. */
export const artifactOf = (
  wire: Wire,
  artifacts: ReadonlyArray<ArtifactHash | undefined>,
  externals: ReadonlyArray<ArtifactHash>
): ArtifactHash | undefined => (wire._tag === "Node" ? artifacts : externals)[wire.index]

/** The artifacts of a node's inputs, or undefined while one is not known. */
export const inputArtifacts = (
  node: DagNode,
  artifacts: ReadonlyArray<ArtifactHash | undefined>,
  externals: ReadonlyArray<ArtifactHash>
): ReadonlyArray<ArtifactHash> | undefined => {
  const known: Array<ArtifactHash> = []
  for (const input of node.inputs) {
    const artifact = artifactOf(input, artifacts, externals)
    if (artifact === undefined) return undefined
    known.push(artifact)
  }
  return known
}

/** The code identity of a node's stage; every stage of a plan has one. */
export const codeOf = (node: DagNode, code: ReadonlyMap<string, CodeIdentity>): CodeIdentity =>
  code.get(node.stage.name) ?? ""

/** The nodes by the length of the longest way to them: what the nodes of one level need lies in those before it. */
const levelsOf = (dag: Dag): ReadonlyArray<ReadonlyArray<DagNode>> => {
  const levels: Array<Array<DagNode>> = []
  const levelOf = new Int32Array(dag.nodes.length)
  for (const node of dag.nodes) {
    let level = 0
    for (const input of node.inputs) if (input._tag === "Node") level = Math.max(level, (levelOf[input.index] ?? 0) + 1)
    levelOf[node.index] = level
    const peers = levels[level]
    if (peers === undefined) levels.push([node])
    else peers.push(node)
  }
  return levels
}

/** Walks the DAG by keys, with one question to the store a level. */
export const make = Effect.fnUntraced(function* <E>(dag: Dag, sources: Sources, lookup: Lookup<E>) {
  const count = dag.nodes.length
  const status = new Array<NodeStatus>(count).fill("undecided")
  const keys = new Array<Key | undefined>(count).fill(undefined)
  const artifacts = new Array<ArtifactHash | undefined>(count).fill(undefined)
  for (const level of levelsOf(dag)) {
    const asked: Array<Key> = []
    for (const node of level) {
      const inputs = inputArtifacts(node, artifacts, sources.externals)
      if (inputs === undefined) continue
      const key = keyOf(node, codeOf(node, sources.code), inputs)
      keys[node.index] = key
      if (sources.force?.has(node.stage.name) !== true) asked.push(key)
    }
    const found = asked.length === 0 ? new Map<Key, ArtifactHash>() : yield* lookup(asked)
    for (const node of level) {
      const key = keys[node.index]
      if (key === undefined) continue
      const forced = sources.force?.has(node.stage.name) === true
      const artifact = forced ? undefined : found.get(key)
      status[node.index] = artifact === undefined ? "run" : "hit"
      artifacts[node.index] = artifact
    }
  }
  const counts = { hit: 0, run: 0, undecided: 0 }
  for (const each of status) counts[each]++
  const plan: Plan = { dag, status, keys, artifacts, counts }
  return plan
})

/** Bytes of a packed hash. */
const hashBytes = 32

/** A plan's artifacts as bytes, in the order of its nodes; undefined where one is not known. */
export const packed = (artifacts: ReadonlyArray<ArtifactHash | undefined>): Uint8Array | undefined => {
  if (artifacts.some((artifact) => artifact === undefined)) return undefined
  return Buffer.from(artifacts.join(""), "hex")
}

/**
 * The plan of a DAG whose every node is known, from its packed artifacts. What is asked for of it is unpacked then: a run
 * that only tells that nothing is to be done asks for nothing. Undefined where there are not as many as nodes.
 */
export const known = (dag: Dag, sources: Sources, bytes: Uint8Array): Plan | undefined => {
  const count = dag.nodes.length
  if (bytes.length !== count * hashBytes) return undefined
  let artifacts: ReadonlyArray<ArtifactHash> | undefined
  let keys: ReadonlyArray<Key> | undefined
  const unpack = (): ReadonlyArray<ArtifactHash> => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex")
    const digits = 2 * hashBytes
    return dag.nodes.map(({ index }) => text.slice(index * digits, (index + 1) * digits) as ArtifactHash)
  }
  return {
    dag,
    counts: { hit: count, run: 0, undecided: 0 },
    get status() {
      return dag.nodes.map(() => "hit" as const)
    },
    get artifacts() {
      artifacts ??= unpack()
      return artifacts
    },
    get keys() {
      keys ??= dag.nodes.map((node) =>
        keyOf(node, codeOf(node, sources.code), inputArtifacts(node, this.artifacts, sources.externals) ?? [])
      )
      return keys
    }
  }
}
