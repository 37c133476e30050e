/** What the plan's tests declare: stages over numbers, and cells made by hand. */
import { createHash } from "node:crypto"
import { Effect, Schema } from "effect"
import * as Artifact from "../../src/declare/Artifact.ts"
import type { Cell } from "../../src/declare/Experiment.ts"
import type { AnyNode, StageNode } from "../../src/declare/Node.ts"
import * as Stage from "../../src/declare/Stage.ts"
import { ArtifactHash, type Key } from "../../src/domain/Hash.ts"
import * as Dag from "../../src/plan/Dag.ts"
import { type CodeIdentity, keyOf } from "../../src/plan/Keys.ts"
import * as Plan from "../../src/plan/Plan.ts"

export const number = Artifact.json(Schema.Finite)

/** A stage with any config and the given inputs, and its `node` without types. */
export const stage = (
  name: string,
  inputs: ReadonlyArray<string> = [],
  numerics?: string,
  pool: "worker" | "inline" = "worker"
) => {
  const made = Stage.make(name, {
    config: Schema.Json,
    inputs: Object.fromEntries(inputs.map((input) => [input, number])),
    output: number,
    run: () => Effect.succeed(1),
    pool,
    ...(numerics === undefined ? {} : { numerics: () => numerics })
  })
  const node = (wires: { readonly [name: string]: AnyNode } = {}, config: Schema.Json = {}): StageNode<number> =>
    (made.node as unknown as (inputs: unknown, config: unknown) => StageNode<number>)(wires, config)
  return { stage: made, node }
}

/** A cell that publishes these nodes. */
export const cell = (id: string, outputs: { readonly [name: string]: AnyNode }): Cell => ({
  id,
  variant: id,
  labels: {},
  seed: null,
  point: {},
  outputs
})

export const dagOf = (...outputs: ReadonlyArray<AnyNode>): Dag.Dag =>
  Dag.build(outputs.map((node, at) => cell(`c${at}`, { out: node })))

/** An artifact by name: the SHA-256 of the name. */
export const artifact = (name: string): ArtifactHash =>
  ArtifactHash.make(createHash("sha256").update(name).digest("hex"))

export const code = (dag: Dag.Dag, changed: { readonly [stage: string]: CodeIdentity } = {}) =>
  new Map(dag.stages.map(({ name }) => [name, changed[name] ?? `version:${name}-1`]))

/** A plan's sources, and what a store would answer. */
export interface Known extends Plan.Sources {
  readonly lookup: (key: Key) => ArtifactHash | undefined
}

/** Sources in which everything is known that `results` holds: by key. */
export const sourcesOf = (
  dag: Dag.Dag,
  results: ReadonlyMap<string, ArtifactHash> = new Map(),
  options: Partial<Known> = {}
): Known => ({ code: code(dag), externals: [], lookup: (key) => results.get(key), ...options })

/** The look-up of many keys by one of a single key. */
export const lookupOf =
  ({ lookup }: Pick<Known, "lookup">): Plan.Lookup<never> =>
  (keys) =>
    Effect.sync(() => {
      const found = keys.map((key) => [key, lookup(key)] as const)
      return new Map(found.flatMap(([key, artifact]) => (artifact === undefined ? [] : [[key, artifact]])))
    })

export const planOf = (dag: Dag.Dag, known: Known): Plan.Plan => Effect.runSync(Plan.make(dag, known, lookupOf(known)))

/** "Runs" every node that the plan cannot tell, in order: its artifact is named by `result`. */
export const runAll = (
  dag: Dag.Dag,
  results: Map<string, ArtifactHash>,
  sources: Plan.Sources,
  result: (node: Dag.DagNode) => string
): ReadonlyArray<string> => {
  const executed: Array<string> = []
  const artifacts: Array<ArtifactHash | undefined> = []
  for (const node of dag.nodes) {
    const inputs = Plan.inputArtifacts(node, artifacts, sources.externals) ?? []
    const key = keyOf(node, Plan.codeOf(node, sources.code), inputs)
    const known = sources.force?.has(node.stage.name) === true ? undefined : results.get(key)
    artifacts.push(known ?? artifact(result(node)))
    if (known !== undefined) continue
    results.set(key, artifact(result(node)))
    executed.push(node.id)
  }
  return executed
}
