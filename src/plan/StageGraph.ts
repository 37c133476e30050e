/** A DAG seen stage by stage: how many nodes each has, and which feeds which. */
import type { ExternalNode } from "../declare/Node.ts"
import type { Dag, Wire } from "./Dag.ts"

/** A stage with its nodes, or a file of the user. */
export interface Box {
  readonly id: string
  readonly kind: "stage" | "file"
  readonly label: string
  /** Nodes of the stage; 1 for a file. */
  readonly nodes: number
}

/** What feeds what. */
export interface Edge {
  readonly from: string
  readonly to: string
  /** The inputs that are wired so, by name; a list's as one. */
  readonly inputs: ReadonlyArray<string>
}

/** Boxes and the edges between them. */
export interface StageGraph {
  readonly boxes: ReadonlyArray<Box>
  readonly edges: ReadonlyArray<Edge>
}

/** What the plan found by itself: nothing flows from it. */
const isText = (external: ExternalNode<unknown, unknown> | undefined) =>
  external?.kind === "text" || external?.kind === "output" || external?.kind === "project"

/** Boxes in topological order, files first; every pair of boxes has at most one edge. */
export const stageGraph = (dag: Dag): StageGraph => {
  const count = new Map<string, number>()
  for (const { stage } of dag.nodes) count.set(stage.name, (count.get(stage.name) ?? 0) + 1)
  const isShown = (wired: Wire) => wired._tag === "Node" || !isText(wired.declared)
  const files = dag.externals.flatMap(
    ({ declared, index }): ReadonlyArray<Box> =>
      isText(declared) ? [] : [{ id: `f${index}`, kind: "file", label: declared.path, nodes: 1 }]
  )
  const stages = [...count].map(([label, nodes], at): Box => ({ id: `s${at}`, kind: "stage", label, nodes }))
  const idOf = new Map(stages.map(({ id, label }) => [label, id]))
  const inputs = new Map<string, Set<string>>()
  for (const node of dag.nodes)
    for (const [at, wired] of node.inputs.entries()) {
      if (!isShown(wired)) continue
      const from = wired._tag === "External" ? `f${wired.index}` : idOf.get(wired.stage.name)
      const edge = `${from} ${idOf.get(node.stage.name)}`
      const name = node.inputNames[at]?.replace(/\.\d+$/, "") ?? ""
      inputs.set(edge, (inputs.get(edge) ?? new Set()).add(name))
    }
  const edges = [...inputs].map(([edge, names]): Edge => {
    const [from = "", to = ""] = edge.split(" ")
    return { from, to, inputs: [...names].sort() }
  })
  return { boxes: [...files, ...stages], edges }
}
