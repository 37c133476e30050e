/**
 * The DAG of an experiment: every cell's nodes, with equal ones made one. Two nodes are equal when stage, config and
 * inputs are; so what variants share is computed once, by construction.
 */
import { DeclarationError } from "../declare/DeclarationError.ts"
import type { Cell } from "../declare/Experiment.ts"
import type { AnyNode, ExternalNode } from "../declare/Node.ts"
import type { AnyStage } from "../declare/Stage.ts"
import { encode } from "./Canonical.ts"

/** One node. An input refers to another node by its index (≥ 0), or to external n by −1−n. */
export interface DagNode {
  readonly index: number
  /** Unique in the DAG: stage name, `#`, a number. */
  readonly id: string
  readonly stage: AnyStage
  /** The encoded config, and its canonical encoding. */
  readonly config: unknown
  readonly canonicalConfig: string
  readonly numerics: string | undefined
  /** Input names in code-unit order, and what each is wired to. */
  readonly inputNames: ReadonlyArray<string>
  readonly inputs: ReadonlyArray<number>
  /** Indices of the cells that need this node. */
  readonly cells: Array<number>
}

export interface Dag {
  /** In topological order: every node after its inputs. */
  readonly nodes: ReadonlyArray<DagNode>
  readonly externals: ReadonlyArray<ExternalNode<unknown, unknown>>
  readonly cells: ReadonlyArray<Cell>
  /** For every cell, its outputs: name to node index (or −1−n for an external). */
  readonly outputs: ReadonlyArray<{ readonly [name: string]: number }>
  readonly stages: ReadonlyArray<AnyStage>
}

const label = (node: AnyNode) => (node._tag === "StageNode" ? node.stage.name : node.path)

const cyclePath = (stack: ReadonlyArray<AnyNode>, again: AnyNode) =>
  [...stack.slice(stack.indexOf(again)), again].map(label).join(" → ")

/** Builds the DAG. Throws {@link DeclarationError} for a cycle (with its path) and for two stages of one name. */
export const build = (cells: ReadonlyArray<Cell>): Dag => {
  const nodes: Array<DagNode> = []
  const externals: Array<ExternalNode<unknown, unknown>> = []
  const stages: Array<AnyStage> = []
  const stageNumber = new Map<AnyStage, number>()
  const stageByName = new Map<string, AnyStage>()
  const interned = new Map<string, number>()
  const indexOf = new Map<AnyNode, number>()

  const stageIndex = (stage: AnyStage): number => {
    const known = stageNumber.get(stage)
    if (known !== undefined) return known
    if (stageByName.has(stage.name))
      throw new DeclarationError({
        subject: `stage "${stage.name}"`,
        problem: "two different stages have this name; rename one of them"
      })
    stageByName.set(stage.name, stage)
    stageNumber.set(stage, stages.length)
    stages.push(stage)
    return stages.length - 1
  }

  const intern = (node: AnyNode): number => {
    if (node._tag === "ExternalNode") {
      const identity = `external;${node.kind};${node.path}`
      const known = interned.get(identity)
      if (known !== undefined) return known
      externals.push(node)
      interned.set(identity, -externals.length)
      return -externals.length
    }
    const inputNames = Object.keys(node.inputs).sort()
    const inputs = inputNames.map((name) => indexOf.get(node.inputs[name] as AnyNode) as number)
    const canonicalConfig = encode(node.config)
    let identity = `${stageIndex(node.stage)};`
    for (const [at, name] of inputNames.entries()) identity += `${name}=${inputs[at]};`
    identity += canonicalConfig
    const known = interned.get(identity)
    if (known !== undefined) return known
    const index = nodes.length
    nodes.push({
      index,
      id: `${node.stage.name}#${index}`,
      stage: node.stage,
      config: node.config,
      canonicalConfig,
      numerics: node.numerics,
      inputNames,
      inputs,
      cells: []
    })
    interned.set(identity, index)
    return index
  }

  // Depth first with an explicit stack: a chain of ten thousand nodes must not overflow the call stack.
  const visit = (root: AnyNode): number => {
    const done = indexOf.get(root)
    if (done !== undefined) return done
    const stack: Array<AnyNode> = [root]
    const open = new Set<AnyNode>()
    while (stack.length > 0) {
      const node = stack.at(-1) as AnyNode
      if (indexOf.has(node)) {
        stack.pop()
        continue
      }
      if (open.has(node) || node._tag === "ExternalNode") {
        indexOf.set(node, intern(node))
        open.delete(node)
        stack.pop()
        continue
      }
      open.add(node)
      for (const name in node.inputs) {
        const input = node.inputs[name] as AnyNode
        if (open.has(input))
          throw new DeclarationError({
            subject: `stage "${label(input)}"`,
            problem: `the nodes form a cycle: ${cyclePath([...open], input)}`
          })
        if (!indexOf.has(input)) stack.push(input)
      }
    }
    return indexOf.get(root) as number
  }

  const outputs = cells.map((cell) => {
    const named: Record<string, number> = {}
    for (const name in cell.outputs) named[name] = visit(cell.outputs[name] as AnyNode)
    return named
  })

  const lastCell = new Int32Array(nodes.length).fill(-1)
  for (const [cell, named] of outputs.entries()) {
    const stack = Object.values(named)
    while (stack.length > 0) {
      const index = stack.pop() as number
      if (index < 0 || lastCell[index] === cell) continue
      lastCell[index] = cell
      const node = nodes[index] as DagNode
      node.cells.push(cell)
      for (const input of node.inputs) if (input >= 0) stack.push(input)
    }
  }
  return { nodes, externals, cells, outputs, stages }
}
